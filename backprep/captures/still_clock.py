"""A clock that moves only when it is told to: for recordings and for tests."""

from __future__ import annotations

from datetime import datetime, timedelta


class StillClock:
    """Stands at `wall` until somebody works, or the machine sleeps."""

    def __init__(self, wall: datetime) -> None:
        self.wall = wall
        self.awake = 1000.0
        self.asleep = 0.0

    def now(self) -> datetime:
        """The wall time."""
        return self.wall

    def monotonic(self) -> float:
        """Seconds that the machine was awake."""
        return self.awake

    def boottime(self) -> float:
        """Seconds, those of its sleep too."""
        return self.awake + self.asleep

    def work(self, seconds: float) -> None:
        """Let time pass while the machine is awake."""
        self.wall += timedelta(seconds=seconds)
        self.awake += seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass while the machine sleeps."""
        self.wall += timedelta(seconds=seconds)
        self.asleep += seconds

    def set_wall(self, seconds: float) -> None:
        """Set the wall clock, by so many seconds."""
        self.wall += timedelta(seconds=seconds)
