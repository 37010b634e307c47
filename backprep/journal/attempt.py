"""An attempt at a question, as its events tell it; pure, no clock and no file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backprep.journal.event import Event

VERSION = 5
"""Of a kept state: what `as_state` gives and what is kept with it. One of another
version is not read."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known of one attempt. Times are in seconds of work."""

    id: str
    question: str
    minutes: float
    """The time it may take."""
    started: str
    """Local wall time with its offset, in ISO 8601, as of all that follow."""
    changed: str
    """When `elapsed` was last known."""
    elapsed: float = 0.0
    running: bool = True
    mock: str | None = None
    origin: str = "terminal"
    runs: int = 0
    first_run_passed: bool | None = None
    checks: tuple[int, int] | None = None
    """Of the last run: how many checks passed, and of how many."""
    passed_after: float | None = None
    hints: tuple[int, ...] = ()
    """The levels shown, each once, in the order in which they were."""
    revealed_after: float | None = None
    """None too where the answer was shown after the pass."""
    time_was_up: bool = False
    must: tuple[bool, ...] = ()
    """Of a spoken question: which must-haves were said."""
    nice: tuple[bool, ...] = ()
    followed_up: tuple[int, ...] = ()
    edited: bool = True
    outcome: str | None = None
    """passed, failed, gave up or abandoned; None while it is not finished."""
    ended: str | None = None
    graded: str | None = None
    """The rating that the user chose in place of the table's."""
    timed: bool = True
    """False where it was passed and no clock ran: its times say nothing."""
    answer: str | None = None
    """SHA-256 of the text that the last run judged."""

    @property
    def limit(self) -> float:
        """The seconds that it may take."""
        return self.minutes * 60

    @property
    def finished(self) -> bool:
        """Whether it has ended, however it did."""
        return self.outcome is not None

    @property
    def passed(self) -> bool:
        """Whether all checks passed once, or all must-haves were said."""
        return self.passed_after is not None or self.outcome == "passed"

    @property
    def used(self) -> float:
        """Seconds of work until it passed, or until now."""
        return self.elapsed if self.passed_after is None else self.passed_after

    @property
    def in_time(self) -> bool:
        """Whether it passed within its minutes, as its clock tells."""
        return self.passed and self.timed and self.used <= self.limit

    @property
    def revealed(self) -> bool:
        """Whether the answer was shown before the question was passed."""
        return self.revealed_after is not None

    def elapsed_at(self, now: datetime) -> float:
        """Seconds of work up to `now`, which never are fewer than before."""
        if not self.running:
            return self.elapsed
        since = (now - datetime.fromisoformat(self.changed)).total_seconds()
        return self.elapsed + max(0.0, since)

    def as_state(self) -> list[Any]:
        """All of it as JSON holds it, for `from_state`."""
        return [getattr(self, field) for field in self.__slots__]


def from_state(state: Sequence[Any]) -> Attempt:
    """The attempt that `as_state` gave."""
    values: list[Any] = [tuple(v) if isinstance(v, list) else v for v in state]
    return Attempt(*values)


def replay(events: Iterable[Event]) -> dict[str, Attempt]:
    """All attempts by their ids, from events in the order of replay."""
    attempts: dict[str, Attempt] = {}
    for event in events:
        apply(attempts, event)
    return attempts


def apply(attempts: dict[str, Attempt], event: Event) -> None:
    """Let one more event change the attempt that it belongs to.

    What belongs to none, as a plan or an event of a newer version does, and what
    comes after an attempt's end and would change its time, changes nothing.
    """
    if event.kind in ("started", "passed_untimed"):
        attempts.setdefault(event.attempt, _begun(event))
        return
    attempt = attempts.get(event.attempt)
    if attempt is None:
        return
    changes = (_afterwards if attempt.finished else _during)(attempt, event)
    if changes is not None:
        attempts[attempt.id] = replace(attempt, **changes)


def _begun(event: Event) -> Attempt:
    data = event.data
    attempt = Attempt(
        event.attempt,
        event.question,
        float(data.get("minutes", 0)),
        event.at,
        event.at,
        mock=data.get("mock"),
        origin=str(data.get("from", "terminal")),
    )
    if event.kind == "started":
        return attempt
    total = int(data.get("total", 0))
    return replace(
        attempt,
        running=False,
        runs=1,
        checks=(total, total),
        outcome="passed",
        ended=event.at,
        timed=False,
        answer=data.get("snapshot"),
    )


def _during(attempt: Attempt, event: Event) -> dict[str, Any] | None:
    elapsed = _elapsed(attempt, event)
    changes: dict[str, Any] = {"elapsed": elapsed, "changed": event.at}
    data = event.data
    match event.kind:
        case "paused":
            changes["running"] = False
        case "resumed":
            changes["running"] = True
        case "ran":
            passed = data.get("verdict") == "passed"
            changes["runs"] = attempt.runs + 1
            changes["checks"] = int(data.get("passed", 0)), int(data.get("total", 0))
            if attempt.first_run_passed is None:
                changes["first_run_passed"] = passed
            changes["answer"] = data.get("answer")
            if passed and attempt.passed_after is None:
                # one who does not say it went by the clock's standing still
                if data.get("timed", attempt.running):
                    changes["passed_after"] = elapsed
                else:
                    changes["timed"] = False
        case "hinted":
            level = int(data.get("level", 1))
            if level not in attempt.hints:
                changes["hints"] = (*attempt.hints, level)
        case "revealed":
            if attempt.revealed_after is None and attempt.passed_after is None:
                changes["revealed_after"] = elapsed
        case "time_up":
            changes["time_was_up"] = True
        case "ticked":
            changes["must"] = tuple(map(bool, data.get("must", ())))
            changes["nice"] = tuple(map(bool, data.get("nice", ())))
        case "finished":
            changes["running"] = False
            changes["outcome"] = str(data.get("outcome", "abandoned"))
            changes["edited"] = bool(data.get("edited", True))
            changes["ended"] = event.at
            passed = changes["outcome"] == "passed" and attempt.timed
            if passed and attempt.passed_after is None:
                changes["passed_after"] = elapsed
        case "followed_up":
            changes |= _afterwards(attempt, event) or {}
        case "reset":
            pass
        case _:
            return None
    return changes


def _afterwards(attempt: Attempt, event: Event) -> dict[str, Any] | None:
    if event.kind == "self_graded":
        return {"graded": str(event.data.get("rating"))}
    if event.kind == "followed_up":
        number = int(event.data.get("number", 0))
        if number not in attempt.followed_up:
            return {"followed_up": (*attempt.followed_up, number)}
    return None


def _elapsed(attempt: Attempt, event: Event) -> float:
    """What the event's writer knew, or else what the wall clock says."""
    if not attempt.running:
        return attempt.elapsed
    if (known := event.data.get("elapsed")) is not None:
        return max(attempt.elapsed, float(known))
    return attempt.elapsed_at(datetime.fromisoformat(event.at))
