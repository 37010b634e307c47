"""When a question comes again: from finished attempts to ratings and due dates.

The rating is decided by one table (`grade`), and the dates by FSRS, which every
time replays all reviews: nothing that it computed is ever stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from backprep.attempt import Attempt
from backprep.clock import minutes_and_seconds

if TYPE_CHECKING:
    from fsrs import Scheduler

RATINGS = ("again", "hard", "good", "easy")
RETENTION = 0.85
"""The share of reviews that are meant to go well."""

GLANCE = 120.0
"""Seconds after which leaving a question counts as an attempt at it."""


@dataclass(frozen=True)
class Grade:
    """What a finished attempt is worth to the schedule, and why."""

    rating: str | None
    """One of RATINGS; None where the attempt is no review."""
    reason: str
    choices: tuple[str, ...] = ()
    """What the user may make of it: one step down or up."""


@dataclass(frozen=True)
class Review:
    question: str
    day: date
    """The local day of the attempt."""
    rating: str


class Graded(NamedTuple):
    """A finished attempt, as far as the schedule goes."""

    question: str
    ended: str
    """Local wall time with its offset, in ISO 8601."""
    rating: str


@dataclass(frozen=True)
class Due:
    """What is known about when a question should come again."""

    question: str
    on: date
    last: Review
    reviews: int


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


def due_dates(
    reviews: Iterable[Review], interview: date | None = None
) -> dict[str, Due]:
    """For each question that was reviewed, the day on which it is due.

    With an interview ahead no interval goes past it: the question falls due once
    more on the day before, unless that is the day of its review.
    """
    by_question: dict[str, list[Review]] = {}
    for review in reviews:
        by_question.setdefault(review.question, []).append(review)
    found = {}
    for question, done in by_question.items():
        on = _by_fsrs(tuple((review.day, review.rating) for review in done))
        last = done[-1]
        if interview is not None:
            eve = interview - timedelta(days=1)
            if last.day < eve < on:
                on = eve
        found[question] = Due(question, on, last, len(done))
    return found


def next_after(
    earlier: Iterable[Review], review: Review, interview: date | None = None
) -> date:
    """When a question would be due after one more review."""
    done = [r for r in earlier if r.question == review.question]
    if any(r.day == review.day for r in done):
        review = next(r for r in done if r.day == review.day)
        done.remove(review)
    return due_dates([*done, review], interview)[review.question].on


@cache
def _by_fsrs(done: tuple[tuple[date, str], ...]) -> date:
    """The due day after reviews on these days. FSRS knows times of day; the same
    hour of each lets it count whole days, as a reader does."""
    from fsrs import Card, Rating

    scheduler = _scheduler()
    card = Card(card_id=1)
    for day, rating in done:
        noon = datetime.combine(day, time(12), UTC)
        card, _ = scheduler.review_card(card, Rating[rating.capitalize()], noon)
    return card.due.date()


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(
        learning_steps=(),
        relearning_steps=(),
        enable_fuzzing=False,
        desired_retention=RETENTION,
    )


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


def day_in_words(on: date) -> str:
    """`Fri 4 Dec`."""
    return f"{on:%a} {on.day} {on:%b}"


def interleaved(questions: Iterable[str]) -> list[str]:
    """The same questions, no two of one topic in a row while others are left.

    Within a topic the order stays; the topic with most left goes first.
    """
    piles: dict[str, list[str]] = {}
    for question in questions:
        piles.setdefault(question.partition("/")[0], []).append(question)
    mixed: list[str] = []
    last = ""
    while piles:
        ready = [topic for topic in piles if topic != last] or list(piles)
        last = max(ready, key=lambda topic: len(piles[topic]))
        mixed.append(piles[last].pop(0))
        if not piles[last]:
            del piles[last]
    return mixed
