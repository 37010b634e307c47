"""The practice screen: two functions open it, the rest is how it looks."""

from __future__ import annotations

from collections.abc import Sequence

from backprep.bank import Question
from backprep.coach import Coach


def run(
    coach: Coach, question: Question, *, minutes: float | None = None, reason: str = ""
) -> None:
    """Practise a question, and whatever the user chooses to do next.

    `reason` says why it is this one. Returns when the user leaves; what is not
    finished is paused, and how to go on is printed. Ends the program with 130
    where it was interrupted.
    """
    raise NotImplementedError


def run_mock(
    coach: Coach, mock_id: str, questions: Sequence[Question], minutes: float
) -> None:
    """Ask the questions of a mock interview one after the other, on one clock.

    Each is an attempt with `mock=mock_id`; those that are finished already are
    not asked again, and the minutes that went into them are gone. No hints and
    no reveals. Returns when all are over, or the time is, once `mock_finished` is
    written. Ends the program with 130 where it was left in the middle: it is
    paused then, and a second call goes on.
    """
    raise NotImplementedError
