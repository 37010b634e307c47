"""The prompts, as the protocol offers them."""

# no `from __future__ import annotations`, for the reason that `tools` gives

from typing import Annotated

from mcp.server.mcpserver import MCPServer
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS
from pydantic import Field

from backprep.bank.questions import UnknownQuestion
from backprep.printable import printable
from backprep.tutor import prompts
from backprep.tutor.tutor import Tutor

Name = Annotated[
    str, Field(description="A question's id, or enough of it, such as gradient.")
]
Maybe = Annotated[
    str, Field(description="A question's id; without it, a mock interview is held.")
]
Minutes = Annotated[str, Field(description="How long the mock interview takes.")]


def add_prompts(server: MCPServer[None], tutor: Tutor) -> None:
    """Give a server the three prompts."""

    def named(question: str) -> str:
        try:
            return tutor.question(question).id
        except UnknownQuestion as unknown:
            raise MCPError(INVALID_PARAMS, printable(str(unknown))) from None

    @server.prompt(title="Interview me")
    def interviewer(question: Maybe = "", minutes: Minutes = "45") -> str:
        """Be interviewed on one question, or on those of a mock interview."""
        if not (minutes.isascii() and minutes.isdecimal() and 0 < int(minutes) <= 1440):
            raise MCPError(INVALID_PARAMS, "minutes is a whole number from 1 to 1440.")
        return prompts.interviewer(named(question) if question else "", int(minutes))

    @server.prompt("tutor", title="Help me without telling me")
    def tutor_of(question: Name) -> str:
        """Get help with a question, one question back at a time."""
        return prompts.tutor(named(question))

    @server.prompt(title="Review my answer")
    def reviewer(question: Name) -> str:
        """Have an answer reviewed like a pull request."""
        return prompts.reviewer(named(question))
