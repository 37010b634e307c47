"""The server: the tutor's work as tools, resources and prompts of the protocol."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resources import FunctionResource
from mcp_types import CallToolResult, InputRequiredResult, TextContent
from pydantic import ValidationError

from backprep import __version__
from backprep.bank.aims import UnknownAim
from backprep.bank.question import BankError
from backprep.bank.questions import UnknownQuestion
from backprep.bank.topics import UnknownTopic
from backprep.files import FileProblem
from backprep.journal.errors import JournalError
from backprep.judge.errors import JudgeError, Stopped
from backprep.practice.counting import Judge
from backprep.printable import printable
from backprep.tutor.prompt_list import add_prompts
from backprep.tutor.readings import Reading, readings
from backprep.tutor.refused import Refused
from backprep.tutor.tools import add_tools
from backprep.tutor.tutor import Tutor

INSTRUCTIONS = (
    "backprep is a bank of PyTorch interview questions whose answers run. You help a "
    "candidate who prepares for an interview: they write, you ask. The answer to a "
    "question is closed to you until an attempt at it passes or the candidate reveals "
    "it, so work from the prompt, the verdict and what they wrote."
)

SENTENCES = (
    Refused,
    UnknownQuestion,
    UnknownAim,
    UnknownTopic,
    BankError,
    FileProblem,
    JournalError,
    JudgeError,
    Stopped,
)
"""Errors whose message is what the assistant is told."""


class TutorServer(MCPServer[None]):
    """Tells in one sentence why a tool did not do what was asked."""

    async def call_tool(
        self,
        name: str,
        arguments: dict[str, Any],
        context: Context[None, Any] | None = None,
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; a refusal is a result that says so, and no failure of it."""
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            said = _sentence(error)
            if said is None:
                raise
            text = TextContent(type="text", text=printable(said))
            return CallToolResult(content=[text], is_error=True)


def create(tutor: Tutor, judge: Judge) -> TutorServer:
    """The server over a tutor; `judge` judges texts that are handed in."""

    @contextlib.asynccontextmanager
    async def ticking(server: MCPServer[None]) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_tick, tutor)
            try:
                yield
            finally:
                tasks.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(tutor.stop)

    server = TutorServer(
        "backprep",
        title="backprep",
        instructions=INSTRUCTIONS,
        version=__version__,
        log_level="ERROR",  # a refusal is no news to who reads the log
        lifespan=ticking,
    )
    add_tools(server, tutor, judge)
    add_prompts(server, tutor)
    _add_resources(server, readings())
    return server


def _add_resources(server: TutorServer, texts: Sequence[Reading]) -> None:
    for reading in texts:
        server.add_resource(
            FunctionResource(
                uri=reading.uri,
                name=reading.title,
                mime_type="text/markdown",
                fn=reading.text,
            )
        )


async def _tick(tutor: Tutor) -> None:
    """Once a second; what is judged at time up is judged beside."""
    async with anyio.create_task_group() as judging:
        while True:
            for attempt_id in await anyio.to_thread.run_sync(tutor.tick):
                judging.start_soon(_time_up, tutor, attempt_id)
            await anyio.sleep(1)


async def _time_up(tutor: Tutor, attempt_id: str) -> None:
    with contextlib.suppress(JudgeError, FileProblem):  # the next verdict says why
        await anyio.to_thread.run_sync(
            partial(tutor.coach.time_up, attempt_id), abandon_on_cancel=True
        )


def _sentence(error: ToolError) -> str | None:
    """What is said of an error that somebody can do something about."""
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        wrong = cause.errors(include_input=False, include_url=False)
        return "; ".join(f"{_place(one['loc'])}: {one['msg']}" for one in wrong) + "."
    if isinstance(cause, SENTENCES):
        return str(cause) or "It was given up."
    return str(error) if cause is None else None


def _place(where: tuple[int | str, ...]) -> str:
    return ".".join(map(str, where))
