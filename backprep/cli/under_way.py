"""Let the journal know what other commands do to an attempt that is not over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from backprep.bank.question import Question
from backprep.cli.options import lenient_coach, say_trouble

if TYPE_CHECKING:
    from backprep.practice.coach import Coach

T = TypeVar("T")


def under_way(
    question: Question, answers: Path, write: Callable[[Coach, str], T]
) -> T | None:
    """Call `write` with the coach and the question's attempt that is under way, if
    there is one.

    Where the journal cannot be read or written, that is said, and all goes on.
    """
    from backprep.journal.journal import home

    if not (home() / "journal.db").exists():
        return None
    coach = lenient_coach(answers, [question])
    attempt = coach.under_way(question)
    result = write(coach, attempt.id) if attempt else None
    say_trouble(coach)
    return result
