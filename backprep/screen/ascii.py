"""The screen in ASCII, for a terminal whose encoding has nothing else."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from backprep.terminal.ascii import in_ascii


class Ascii(LineFilter):
    """Puts one ASCII character in the place of each other one."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(in_ascii(text), style, control) for text, style, control in segments
        ]
