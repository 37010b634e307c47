"""When a question comes again: FSRS over all reviews, replayed each time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsrs import Scheduler
from backprep.journal.grading import Review

RETENTION = 0.85
"""The share of reviews that are meant to go well."""


@dataclass(frozen=True)
class Due:
    """What is known about when a question, or a card, should come again."""

    question: str
    """The question's id, or the card's key."""
    on: date
    last: Review
    reviews: int


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
