"""The clock: one quiet place, minutes, and seconds when they begin to matter."""

from __future__ import annotations

import math

from textual.widgets import Static

from backprep.clock import minutes_and_seconds

SOON = 120.0
"""Seconds before the end from which the seconds are shown."""


def face(remaining: float) -> tuple[str, str]:
    """What the clock shows, and how urgent it is: calm, soon or over."""
    if remaining > SOON:
        return f"{math.ceil(remaining / 60)} min left", "calm"
    if remaining > 0:
        return f"{minutes_and_seconds(math.ceil(remaining))} left", "soon"
    return f"{minutes_and_seconds(-remaining)} over time", "over"


class ClockFace(Static):
    """Shows a face, or nothing while it is hidden."""

    hidden = False

    def turn(self, remaining: float | None, paused: bool = False) -> None:
        """Show what is left; None where nothing runs yet."""
        text, urgency = ("", "calm") if remaining is None else face(remaining)
        if paused:
            text, urgency = f"{text}, paused", "calm"
        if self.hidden and not paused:
            text = ""
        self.set_classes(urgency)
        self.update(text)
