"""How long the attempts have been worked at, through sleep, kill and restart.

Within a process time is what the monotonic clock says since the attempt's last
known time. Between processes it is what each left behind: the events, and a sign
of life every second. An attempt that was left running without one stopped when
the last was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backprep.clock import Clock
from backprep.journal.attempt import Attempt
from backprep.journal.journal import Journal, Pulse

ALIVE = 5.0
"""Seconds without a sign of life after which nobody is at an attempt any more."""
GAP = 30.0
"""Seconds of sleep that are worth a question."""


@dataclass(frozen=True)
class _Anchor:
    """A moment of this process at which an attempt's time was known."""

    elapsed: float
    monotonic: float
    boottime: float


class Stopwatch:
    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._anchors: dict[str, _Anchor] = {}

    @property
    def kept(self) -> list[str]:
        """The attempts whose time this process keeps."""
        return list(self._anchors)

    def keep(self, attempt_id: str, elapsed: float) -> None:
        """Take over an attempt's time, which runs on from here."""
        readings = self._clock.monotonic(), self._clock.boottime()
        self._anchors[attempt_id] = _Anchor(elapsed, *readings)

    def let_go(self, attempt_id: str) -> None:
        self._anchors.pop(attempt_id, None)

    def elapsed(self, attempt: Attempt) -> float:
        """Seconds of work so far. Raises JournalError."""
        if not attempt.running:
            return attempt.elapsed
        if (anchor := self._anchors.get(attempt.id)) is not None:
            since = self._clock.monotonic() - anchor.monotonic
            return max(attempt.elapsed, anchor.elapsed + since)
        last = self.last_sign(attempt)
        if not self.is_alive(attempt):
            return last.elapsed
        return last.elapsed + (self._clock.now() - last.at).total_seconds()

    def away(self, attempt: Attempt) -> float:
        """Seconds since the attempt's time was last taken in which the machine
        slept, or this process stood still; 0 where they are not worth a word."""
        anchor = self._anchors[attempt.id]
        awake = self._clock.monotonic() - anchor.monotonic
        passed = self._clock.boottime() - anchor.boottime
        away = passed if awake > GAP else passed - awake
        return away if away > GAP else 0.0

    def before_the_gap(self, attempt: Attempt) -> float:
        """The attempt's time when it was last taken."""
        return max(attempt.elapsed, self._anchors[attempt.id].elapsed)

    def last_sign(self, attempt: Attempt) -> Pulse:
        """When somebody was last seen at an attempt, and its time then."""
        pulse = self._journal.pulse(attempt.id)
        if pulse is not None and pulse.elapsed >= attempt.elapsed:
            return pulse
        return Pulse(datetime.fromisoformat(attempt.changed), attempt.elapsed)

    def is_alive(self, attempt: Attempt) -> bool:
        """Whether some process is at an attempt that runs."""
        silence = self._clock.now() - self.last_sign(attempt).at
        return timedelta(0) <= silence < timedelta(seconds=ALIVE)
