"""How practice has gone: counts and medians with the sizes of their samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from backprep.bank.cards import Card
from backprep.bank.question import Question
from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.journal.grading import Graded

COLUMNS = (
    "attempt",
    "question",
    "started",
    "ended",
    "from",
    "mock",
    "minutes",
    "seconds",
    "outcome",
    "passed_after_seconds",
    "in_time",
    "runs",
    "first_run_passed",
    "checks_passed",
    "checks",
    "hints",
    "revealed_after_seconds",
    "rating",
    "timed",
)
"""What is told of each attempt, in this order."""
WEAKEST = 3
UNTIMED = "passed untimed"
"""The outcome of a pass with no clock running."""
ENOUGH = 6
"""Passed attempts from which a trend is said."""


@dataclass(frozen=True)
class Share:
    """So many of so many; without a value where they are none."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True)
class Sample:
    """A median with what it was taken of."""

    size: int
    median: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Topic:
    """How practice has gone at the questions of one topic."""

    topic: str
    questions: int
    """How many there are in the bank."""
    attempted: int
    """How many of them were."""
    passed: int
    """How many of them were at least once, with a clock running or without."""
    passed_in_time: int
    """How many of them were at least once."""
    outcomes: dict[str, int]
    in_time: Share
    """Of the finished attempts with a clock."""
    first_run: Share
    """Attempts whose first run passed, of those with a run."""
    against_target: Sample
    """Time over the minutes allowed, of the attempts that passed."""
    due: int


@dataclass(frozen=True)
class Covered:
    """How much of some questions was practised."""

    questions: int
    attempted: int
    passed: int
    """How many were at least once, with a clock running or without."""


@dataclass(frozen=True)
class Cards:
    """How it has gone with the cards of the bank."""

    cards: int
    """How many there are."""
    seen: int
    due: int
    known: Share
    """Grades other than Again, of the first on each day."""


def by_topic(
    attempts: Iterable[Attempt], questions: Sequence[Question], due: Iterable[str]
) -> list[Topic]:
    """The topics that were attempted or have something due, in the bank's order.

    Every attempt counts, whatever became of it; `due` are ids of questions.
    """
    of_topic: dict[str, list[Attempt]] = {q.topic: [] for q in questions}
    for attempt in attempts:
        of_topic.setdefault(topic_of(attempt.question), []).append(attempt)
    in_bank = Counter(question.topic for question in questions)
    waiting = Counter(map(topic_of, due))
    return [
        _topic(topic, found, in_bank[topic], waiting[topic])
        for topic, found in of_topic.items()
        if found
    ]


def covered(attempts: Iterable[Attempt], questions: Iterable[Question]) -> Covered:
    """How much of these questions was practised."""
    ids = {question.id for question in questions}
    own = [attempt for attempt in attempts if attempt.question in ids]
    passed = {attempt.question for attempt in own if earned(attempt)}
    return Covered(len(ids), len({attempt.question for attempt in own}), len(passed))


def cards(cards: Sequence[Card], graded: Iterable[Graded], due: int) -> Cards:
    """How it has gone with some cards, of which so many are due."""
    keys = {card.key for card in cards}
    reviews = [r for r in grading.first_of_days(graded) if r.question in keys]
    known = Share(sum(r.rating != "again" for r in reviews), len(reviews))
    return Cards(len(keys), len({r.question for r in reviews}), due, known)


def topic_of(question: str) -> str:
    """The topic of a question's id."""
    return question.partition("/")[0]


def outcomes(attempts: Iterable[Attempt]) -> dict[str, int]:
    """How many attempts ended how; those that did not are `not finished`, and
    passes with no clock running are apart."""
    counts = Counter(map(outcome, attempts))
    return {name: counts[name] for name in sorted(counts, key=_place)}


def outcome(attempt: Attempt) -> str:
    """How an attempt ended."""
    if attempt.passed and not attempt.timed:
        return UNTIMED
    return attempt.outcome or "not finished"


def in_time(attempts: Iterable[Attempt]) -> Share:
    """Of the finished attempts with a clock, those that were passed in time."""
    finished = [attempt for attempt in attempts if attempt.finished and attempt.timed]
    return Share(sum(map(passed_in_time, finished)), len(finished))


def earned(attempt: Attempt) -> bool:
    """Whether it was passed by the user's own work, in whatever time."""
    return attempt.passed and not attempt.revealed


def passed_in_time(attempt: Attempt) -> bool:
    """Whether it passed within its minutes, and by the user's own work."""
    return attempt.in_time and not attempt.revealed


def against_target(attempts: Iterable[Attempt]) -> Sample:
    """Time over the minutes allowed, of the attempts that passed with a clock."""
    ratios = [
        attempt.used / attempt.limit
        for attempt in attempts
        if attempt.passed and attempt.timed
    ]
    if not ratios:
        return Sample(0)
    return Sample(len(ratios), median(ratios), min(ratios), max(ratios))


def weakest(topics: Iterable[Topic]) -> list[Topic]:
    """Those with the smallest share of attempts passed in time, if any failed."""
    failing = [
        (topic.in_time.value, -topic.in_time.of, n, topic)
        for n, topic in enumerate(topics)
        if topic.in_time.value is not None and topic.in_time.value < 1
    ]
    return [topic for *_, topic in sorted(failing)[:WEAKEST]]


def trend(attempts: Iterable[Attempt]) -> tuple[Sample, Sample] | None:
    """Time against target of the earlier and the later half of what passed; None
    where that is too little to say."""
    passed = [attempt for attempt in attempts if attempt.passed and attempt.timed]
    passed.sort(key=lambda attempt: attempt.started)
    if len(passed) < ENOUGH:
        return None
    half = len(passed) // 2
    return against_target(passed[:half]), against_target(passed[half:])


def rows(attempts: Iterable[Attempt]) -> list[dict[str, Any]]:
    """Each attempt as one row of a table with COLUMNS, the oldest first."""
    ordered = sorted(attempts, key=lambda a: (a.started, a.id))
    return [dict(zip(COLUMNS, _values(a), strict=True)) for a in ordered]


def _place(outcome: str) -> tuple[int, str]:
    known = ("passed", UNTIMED, "failed", "gave up", "abandoned", "not finished")
    return known.index(outcome) if outcome in known else len(known), outcome


def _topic(topic: str, found: list[Attempt], questions: int, due: int) -> Topic:
    ran = [attempt for attempt in found if attempt.first_run_passed is not None]
    return Topic(
        topic,
        questions,
        len({attempt.question for attempt in found}),
        len({attempt.question for attempt in found if earned(attempt)}),
        len({attempt.question for attempt in found if passed_in_time(attempt)}),
        outcomes(found),
        in_time(found),
        Share(sum(bool(attempt.first_run_passed) for attempt in ran), len(ran)),
        against_target(found),
        due,
    )


def _values(attempt: Attempt) -> tuple[Any, ...]:
    return (
        attempt.id,
        attempt.question,
        attempt.started,
        attempt.ended,
        attempt.origin,
        attempt.mock,
        attempt.minutes,
        round(attempt.elapsed, 3) if attempt.timed else None,
        attempt.outcome or "not finished",
        attempt.passed_after,
        passed_in_time(attempt),
        attempt.runs,
        attempt.first_run_passed,
        *(attempt.checks or (None, None)),
        len(attempt.hints),
        attempt.revealed_after,
        grading.chosen(attempt),
        attempt.timed,
    )
