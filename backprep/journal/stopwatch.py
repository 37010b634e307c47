"""How long the attempts have been worked at, through sleep, kill and restart.

Within a process time is what the monotonic clock says since the attempt's last
known time. Between processes it is what each left behind: the events, and a sign
of life every second. An attempt that was left running, and that no process is at,
stopped when the last was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backprep.clock import Clock
from backprep.journal.attempt import Attempt
from backprep.journal.journal import Journal, Pulse
from backprep.journal.presence import Presence

ALIVE = 5.0
"""Seconds without a sign of life after which a process that is at an attempt is
taken to have stopped, or its machine to sleep."""
GAP = 30.0
"""Seconds of sleep that are worth a question."""


@dataclass(frozen=True)
class _Anchor:
    """A moment of this process at which an attempt's time was known."""

    elapsed: float
    monotonic: float
    boottime: float


class Stopwatch:
    """The time of all attempts, as this process sees it."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._anchors: dict[str, _Anchor] = {}
        self._presence = Presence(journal.folder)

    @property
    def kept(self) -> list[str]:
        """The attempts whose time this process keeps."""
        return list(self._anchors)

    def keep(self, attempt_id: str, elapsed: float) -> None:
        """Take over an attempt's time, which runs on from here.

        Raises JournalError where other processes cannot be told.
        """
        readings = self._clock.monotonic(), self._clock.boottime()
        self._anchors[attempt_id] = _Anchor(elapsed, *readings)
        self._presence.enter(attempt_id)

    def let_go(self, attempt: Attempt) -> None:
        """Leave the time of an attempt that stands to others."""
        self._anchors.pop(attempt.id, None)
        if attempt.finished:
            self._presence.forget(attempt.id)
        else:
            self._presence.leave(attempt.id)

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
        if attempt.id not in self._anchors and not self._presence.is_known(attempt.id):
            return False
        silence = self._clock.now() - self.last_sign(attempt).at
        return timedelta(0) <= silence < timedelta(seconds=ALIVE)
