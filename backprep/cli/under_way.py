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
    """Call `write` with the coach and the question's unfinished attempt, if there
    is one. A mock interview's is left alone: its answers are elsewhere.

    Where the journal cannot be read or written, that is said, and all goes on.
    """
    from backprep.journal.journal import Journal, JournalError, home

    if not (home() / "journal.db").exists():
        return None
    from backprep.practice.coach import Coach

    result = None
    try:
        coach = Coach(Journal(home()), answers, [question])
        for attempt in coach.unfinished():
            if attempt.mock is None:
                result = write(coach, attempt.id)
                break
        trouble = coach.trouble
    except JournalError as error:
        trouble = str(error)
    if trouble:
        click.echo(trouble, err=True)
    return result
