"""Text for a terminal whose encoding has ASCII alone."""

from __future__ import annotations

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


def in_ascii(text: str) -> str:
    """The text with an ASCII sign for each of SIGNS."""
    if text.isascii():
        return text
    return "".join(
        character if character.isascii() else SIGNS.get(character, "?")
        for character in text
    )
