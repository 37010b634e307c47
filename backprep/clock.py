"""The time, and how it is said."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Protocol


def day_in_words(on: date, today: date) -> str:
    """`Fri 4 Dec`, and `Fri 4 Dec 2026` where today is in another year."""
    year = "" if on.year == today.year else f" {on.year}"
    return f"{on:%a} {on.day} {on:%b}{year}"


class Clock(Protocol):
    """Three readings that differ when a machine sleeps or its clock is set."""

    def now(self) -> datetime:
        """Local wall time with its offset from UTC; it may be set at any moment."""

    def monotonic(self) -> float:
        """Seconds that never go back and stand still while the machine sleeps."""

    def boottime(self) -> float:
        """Seconds that never go back and go on while the machine sleeps."""


class SystemClock:
    """This machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now().astimezone()

    def monotonic(self) -> float:
        return time.monotonic()

    def boottime(self) -> float:
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        # where the system has no such clock, sleep goes unnoticed and uncounted
        return time.monotonic()


def minutes_and_seconds(seconds: float) -> str:
    """`14:10`, or `1:02:03` from an hour on; a part of a second is left out."""
    whole = int(max(0.0, seconds))
    minutes, left = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def counted(number: int, noun: str) -> str:
    """`1 event`, `2 events`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def in_minutes(minutes: float) -> str:
    """`10 minutes`, `1 minute`."""
    return f"{minutes:g} minute{'' if minutes == 1 else 's'}"
