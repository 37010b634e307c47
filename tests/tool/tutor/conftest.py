"""The tutor over the test's journal, and a client of the SDK's own at its server."""

import contextlib
import os
import sys

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import ElicitResult

from backprep.tutor.server import create
from backprep.tutor.tutor import Tutor
from tests.tool.event_loop import run


class Candidate:
    """Answers what the client asks: yes, no, or not at all."""

    def __init__(self, says="accept", yes=True):
        self.says, self.yes = says, yes
        self.asked = []

    async def __call__(self, context, params):
        self.asked.append(params.message)
        content = {"yes": self.yes} if self.says == "accept" else None
        return ElicitResult(action=self.says, content=content)


def text(result):
    """What a tool told."""
    return "\n".join(part.text for part in result.content)


@pytest.fixture
def tutor(coach):
    return Tutor(coach)


@pytest.fixture
def server(tutor, judge):
    return create(tutor, judge)


@pytest.fixture
def call(server):
    """Call a tool in this process: what it told, and whether that was a refusal."""

    def call(name, candidate=None, **arguments):
        async def once():
            async with Client(server, elicitation_callback=candidate) as client:
                return await client.call_tool(name, arguments)

        result = run(once())
        return text(result), result.is_error

    return call


@pytest.fixture
def stdio(workspace):
    """A client at the command itself, in a process of its own."""

    @contextlib.asynccontextmanager
    async def connected(candidate=None, mode="auto", **environment):
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "backprep", "mcp"],
            cwd=workspace,
            env={**os.environ, **environment},
        )
        async with Client(server, elicitation_callback=candidate, mode=mode) as client:
            yield client

    return connected
