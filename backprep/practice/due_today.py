"""What is due today, as far as today's minutes go; pure, no clock and no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from backprep.bank.question import Question
from backprep.clock import day_in_words
from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.practice.schedule import Due, interleaved


class Today(NamedTuple):
    """The reviews of a day, and how many come after it."""

    now: list[Due]
    """What the minutes hold, no two of a topic in a row while others are left."""
    later: list[Due]
    """What is due and does not fit, the longest overdue first."""
    tomorrow: int
    """How many fall due on the next day."""
    week: int
    """How many fall due within the next seven days."""


def today(
    due: Sequence[Due],
    questions: Mapping[str, Question],
    on: date,
    minutes: float | None,
) -> Today:
    """Choose from all due dates. The longest overdue goes first, and is taken even
    where it alone needs more than the minutes."""
    waiting = sorted((d for d in due if d.on <= on), key=lambda d: (d.on, d.question))
    now: list[Due] = []
    used = 0
    for one in waiting:
        takes = questions[one.question].minutes
        if not now or minutes is None or used + takes <= minutes:
            now.append(one)
            used += takes
    order = interleaved(one.question for one in now)
    ahead = [(one.on - on) / timedelta(days=1) for one in due]
    return Today(
        sorted(now, key=lambda one: order.index(one.question)),
        [one for one in waiting if one not in now],
        sum(days == 1 for days in ahead),
        sum(1 <= days <= 7 for days in ahead),
    )


def why(due: Due, attempts: Iterable[Attempt], on: date) -> str:
    """What the last review was and since when the question is due.

    `attempts` are those at the question.
    """
    last = due.last
    of_day = [
        (ended, attempt)
        for attempt in attempts
        if attempt.ended is not None and grading.chosen(attempt) is not None
        if (ended := datetime.fromisoformat(attempt.ended)).date() == last.day
    ]
    _, reviewed = min(of_day, key=lambda found: found[0])
    since = "today" if due.on == on else f"since {day_in_words(due.on, on)}"
    reason = grading.grade(reviewed).reason
    rating = last.rating.capitalize()
    return f"{rating} on {day_in_words(last.day, on)}: {reason}. Due {since}."
