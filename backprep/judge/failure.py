"""What is said of a failure, and what is known where it happened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprep.bank.question import Question

MESSAGE_LIMIT = 500


@dataclass(frozen=True)
class Failure:
    """`message`, and the line in the candidate's file where there is one."""

    message: str
    line: int | None = None
    not_started: bool = False


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


def _brief(value: Any) -> str:
    import torch

    if torch.is_tensor(value):
        if value.numel() == 1:
            item = value.item()
            return f"{item:.7g}" if isinstance(item, float) else str(item)
        return f"a tensor of shape {tuple(value.shape)}"
    text = f"{value:.7g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 120 else text[:117] + "…"
