"""What a finished attempt is worth: the table of ratings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from backprep.clock import minutes_and_seconds
from backprep.journal.attempt import Attempt

RATINGS = ("again", "hard", "good", "easy")
GLANCE = 120.0
"""Seconds after which leaving a question counts as an attempt at it."""


@dataclass(frozen=True)
class Grade:
    """What a finished attempt is worth to the schedule, and why."""

    rating: str | None
    """One of RATINGS; None where the attempt is not a review."""
    reason: str
    choices: tuple[str, ...] = ()
    """What the user may make of it: one step down or up."""


@dataclass(frozen=True)
class Review:
    """A graded attempt that counts for the schedule, or a card's grade that does."""

    question: str
    """The question's id, or the card's key."""
    day: date
    """The local day of the attempt."""
    rating: str


class Graded(NamedTuple):
    """A finished attempt, or a card that was answered, as far as the schedule goes."""

    question: str
    """The question's id, or the card's key."""
    ended: str
    """Local wall time with its offset, in ISO 8601."""
    rating: str


def grade(attempt: Attempt) -> Grade:
    """The rating by the table, before the user has a say."""
    used = minutes_and_seconds(attempt.used)
    spent = f"{used} of {minutes_and_seconds(attempt.limit)}"
    if attempt.outcome is None:
        return Grade(None, "not finished")
    if attempt.revealed:
        return _rated("again", "revealed before it passed")
    if attempt.outcome == "gave up":
        return _rated("again", f"given up after {spent}")
    if attempt.must and not all(attempt.must):
        missed = attempt.must.count(False)
        return _rated("again", f"{missed} of {len(attempt.must)} must-haves missed")
    if not attempt.passed:
        if not attempt.edited:
            return Grade(None, "the starter was not edited: no review")
        if attempt.outcome == "abandoned" and attempt.elapsed <= GLANCE:
            return Grade(None, "left within two minutes: no review")
        return _rated("again", f"not passed in {spent}")
    if not attempt.timed:
        # as one out of time: that it would have been in time is not known
        return _rated("hard", "passed with no clock running")
    hints = {0: "no hints", 1: "one hint"}.get(
        len(attempt.hints), f"{len(attempt.hints)} hints"
    )
    reason = f"passed in {spent}, {hints}"
    share = attempt.used / attempt.limit
    if share > 1:
        return _rated("again" if share > 1.5 else "hard", reason)
    if len(attempt.hints) >= 2 or 3 in attempt.hints:
        return _rated("hard", reason)
    if attempt.hints and share > 0.8:
        return _rated("hard", reason)
    easy = not attempt.hints and share <= 0.4 and attempt.first_run_passed is not False
    return _rated("good", reason, top=3 if easy else 2)


def chosen(attempt: Attempt) -> str | None:
    """The rating that counts: the user's, where it is one step from the table's."""
    by_table = grade(attempt)
    if attempt.graded in by_table.choices:
        return attempt.graded
    return by_table.rating


def reviews(attempts: Iterable[Attempt]) -> list[Review]:
    """The first graded attempt of a local day at each question; later ones are
    practice."""
    return first_of_days(graded(attempts))


def graded(attempts: Iterable[Attempt]) -> list[Graded]:
    """What the finished attempts are worth, those that are worth anything."""
    return [
        Graded(attempt.question, attempt.ended, rating)
        for attempt in attempts
        if attempt.ended is not None and (rating := chosen(attempt)) is not None
    ]


def first_of_days(done: Iterable[Graded]) -> list[Review]:
    """Those that are reviews, by their days."""
    with_times = [(datetime.fromisoformat(one.ended), one) for one in done]
    first: dict[tuple[str, date], Review] = {}
    for ended, one in sorted(with_times, key=lambda pair: pair[0]):
        day = ended.date()
        review = Review(one.question, day, one.rating)
        first.setdefault((one.question, day), review)
    return sorted(first.values(), key=lambda review: review.day)


def _rated(rating: str, reason: str, top: int = 2) -> Grade:
    """A grade that the user may move by one step, up to RATINGS[top]."""
    at = RATINGS.index(rating)
    choices = RATINGS[max(0, at - 1) : min(at + 1, max(top, at)) + 1]
    return Grade(rating, reason, choices)


def hint_cost(attempt: Attempt, level: int) -> str:
    """What a hint costs, said before it is shown."""
    if level == 3 or len({*attempt.hints, level}) >= 2:
        return "With this hint a pass is Hard at best, and comes again sooner."
    latest = minutes_and_seconds(attempt.limit * 0.8)
    return f"With this hint a pass is Good within {latest}, and Hard after that."
