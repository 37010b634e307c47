"""What is said of a failure, and what is known where it happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprep.bank.question import Question
from backprep.judge.protocol import Said

MESSAGE_LIMIT = 500


@dataclass(frozen=True)
class Failure:
    """`message`, and the line in the candidate's file where there is one."""

    message: str
    line: int | None = None
    not_started: bool = False

    def as_dict(self) -> Said:
        """As it goes into a record."""
        return {
            "message": self.message,
            "line": self.line,
            "not_started": self.not_started,
        }


class Escaped(AssertionError):
    """The answer left its check in another way than by passing or failing it."""


class Blank(AssertionError):
    """A constant of the answer is as the starter has it."""


@dataclass(frozen=True)
class Judged:
    """Whose failure is put into words."""

    question: Question
    path: Path
    """The file that holds the answer."""
    values: dict[str, Any]
    """What stands for each public name of the solution."""


def told(error: BaseException) -> str:
    """An exception's own message, where it can make one."""
    return _made(lambda: str(error), "its message cannot be made")


def brief(value: Any) -> str:
    """A value in few characters; of a tensor of many elements, its shape."""
    import torch

    if torch.is_tensor(value):
        if value.numel() == 1:
            item = value.item()
            return f"{item:.7g}" if isinstance(item, float) else str(item)
        return f"a tensor of shape {tuple(value.shape)}"
    kind = type(value).__name__
    text = (
        f"{value:.7g}"
        if isinstance(value, float)
        else _made(lambda: repr(value), f"a {kind} whose repr cannot be made")
    )
    return text if len(text) <= 120 else text[:117] + "…"


def _made(text: Callable[[], str], otherwise: str) -> str:
    """What an answer's own method gives, which may fail in any way."""
    try:
        return text()
    except BaseException:
        return f"<{otherwise}>"
