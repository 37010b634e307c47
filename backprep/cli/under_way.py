"""Let the journal know what other commands do to an attempt that is not over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from backprep.bank.question import Question

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
    from backprep.journal.journal import Journal, home

    if not (home() / "journal.db").exists():
        return None
    from backprep.practice.coach import Coach

    coach = Coach(Journal(home(), at_once=False), answers, [question])
    attempt = coach.under_way(question)
    result = write(coach, attempt.id) if attempt else None
    if coach.trouble:
        click.echo(coach.trouble, err=True)
    return result
