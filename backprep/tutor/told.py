"""What an assistant is told, as the tools' schemas have it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Listed:
    """A question in a list."""

    id: str
    title: str
    kind: str
    level: str
    minutes: int


@dataclass(frozen=True)
class State:
    """An attempt that is under way. Times are in seconds of work."""

    question: str
    running: bool
    """Whether its clock runs."""
    used: int
    left: int
    """Below zero it is overtime."""
    runs: int
    hints: list[int]
    """The levels that were shown."""
    file: str
    """Where the candidate writes the answer."""
    notice: str
    """What is wrong with the journal; "" if nothing."""


@dataclass(frozen=True)
class Asked:
    """A question as the candidate sees it."""

    id: str
    title: str
    kind: str
    level: str
    minutes: int
    prompt: str
    starter: str
    file: str
    """Where the candidate writes the answer."""
    answer: str
    """What the candidate has written there; "" if nothing."""
    attempt: State | None
    """The attempt that is under way."""


@dataclass(frozen=True)
class Reviewed:
    """A question that is due today, and why."""

    question: str
    title: str
    minutes: int
    why: str


@dataclass(frozen=True)
class Next:
    """What to practise next."""

    question: str
    title: str
    why: str
    due: list[Reviewed]
    """The reviews of today, in their order, as far as the planned minutes go."""
    later: int
    """How many more are due."""
    notice: str
    """What is wrong with the journal; "" if nothing."""


@dataclass(frozen=True)
class Hint:
    """A hint, and what it costs."""

    level: int
    text: str
    cost: str
    notice: str
    """What is wrong with the journal; "" if nothing."""


@dataclass(frozen=True)
class Check:
    """One check of a question, and how it ended."""

    title: str
    outcome: str
    """passed, failed, error, skipped or not run."""
    message: str
    line: int | None
    """The line in the candidate's file."""
    advice: str
    asked: str
    """The prompt's words that it rests on."""


@dataclass(frozen=True)
class Judged:
    """The verdict on the candidate's file."""

    question: str
    verdict: str
    """passed, failed, error, timeout, crashed or not attempted."""
    passed: int
    total: int
    checks: list[Check]
    summary: str
    output: str
    """What the answer printed."""
    counted: str
    """What the verdict counted for."""
    notice: str
    """What is wrong with the journal; "" if nothing."""


@dataclass(frozen=True)
class TriedCheck:
    """One check of a question, and how it ended on a text that was handed in."""

    title: str
    outcome: str
    advice: str
    asked: str
    """The prompt's words that it rests on."""


@dataclass(frozen=True)
class Tried:
    """The verdict on a text that was handed in: nothing that the text said itself."""

    question: str
    verdict: str
    """passed, failed, error, timeout, crashed or not attempted."""
    checks: list[TriedCheck]
    summary: str
    counted: str


@dataclass(frozen=True)
class Past:
    """An attempt, and what it was worth."""

    started: str
    outcome: str
    """passed, failed, gave up, abandoned, or "" while it is under way."""
    worth: str
    minutes_used: float
    runs: int
    hints: list[int]


@dataclass(frozen=True)
class Kept:
    """An answer of the candidate's that was kept."""

    number: int
    at: str
    moment: str
    """The event that kept it."""


@dataclass(frozen=True)
class History:
    """The attempts at a question, and the answers that were kept of them."""

    question: str
    attempts: list[Past]
    kept: list[Kept]


@dataclass(frozen=True)
class FollowUp:
    """A question that an interviewer goes on with, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Rubric:
    """By what a spoken answer is graded."""

    must_have: list[str]
    nice_to_have: list[str]
    follow_ups: list[FollowUp]
