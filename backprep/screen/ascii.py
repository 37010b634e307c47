"""The screen in ASCII, for a terminal whose encoding has nothing else."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

SIGNS = {
    **dict.fromkeys("─━═▔▁▀▄▂▃▅▆▇━╍┄", "-"),
    **dict.fromkeys("│┃║▎▏▌▐▊┆", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┡┩╇╈╋╸╺", "+"),
    **dict.fromkeys("•·●◦", "*"),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("\u2018\u2019", "'"),
    "…": ".",
    "\u2013": "-",
    "—": "-",
    "✓": "+",
    "✗": "x",
    "○": "o",
    "█": "#",
    "→": ">",
}


class Ascii(LineFilter):
    """Puts one ASCII character in the place of each other one."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(in_ascii(text), style, control) for text, style, control in segments
        ]


def in_ascii(text: str) -> str:
    """The text with an ASCII sign for each of SIGNS."""
    if text.isascii():
        return text
    return "".join(
        character if character.isascii() else SIGNS.get(character, "?")
        for character in text
    )
