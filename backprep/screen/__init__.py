"""The practice screen: two functions open it, the rest is how it looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from backprep.bank.pasting import as_option
from backprep.bank.question import Question
from backprep.practice.coach import Coach

if TYPE_CHECKING:
    from backprep.screen.app import Practice


def run(
    coach: Coach, question: Question, *, minutes: float | None = None, reason: str = ""
) -> None:
    """Practise a question, and whatever the user chooses to do next.

    `reason` says why it is this one. Returns when the user leaves; what is not
    finished is paused, and how to go on is printed. Ends the program with 130
    where it was interrupted.
    """
    from backprep.screen.app import Practice

    again = f"backprep practice{as_option(coach.answers)}"
    _show(
        Practice(
            coach, question, minutes=minutes, reason=reason, warm=_warm, again=again
        )
    )


def run_mock(
    coach: Coach,
    mock_id: str,
    questions: Sequence[Question],
    minutes: float,
    *,
    again: str = "backprep mock",
) -> None:
    """Ask the questions of a mock interview one after the other, on one clock.

    Each is an attempt with `mock=mock_id`; those that are finished already are
    not asked again, and the minutes that went into them are gone. No hints and
    no reveals. Returns when all are over, or the time is, once `mock_finished` is
    written. Ends the program with 130 where it was left in the middle: it is
    paused then, and a second call goes on; `again` is the command that makes it.
    """
    from backprep.practice.interview import Interview
    from backprep.screen.app import Practice

    interview = Interview(coach, mock_id, questions, minutes)
    if interview.over:
        return
    _show(
        Practice(
            coach,
            interview.left[0],
            interview=interview,
            warm=_warm,
            again=again,
        )
    )
    if not interview.over:
        sys.exit(130)


def _show(app: Practice) -> None:
    code = app.run()
    for line in app.said:
        print(line)
    if code:
        sys.exit(code)


def _warm(notify: Callable[[str], None]) -> None:
    from backprep.judge.ways import chosen

    chosen().warm(notify)
