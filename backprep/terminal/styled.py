"""Lines of text with their styles, before anybody draws them."""

from __future__ import annotations

import click

Line = list[tuple[str, str]]
"""Pieces of text, each with its style: a colour, bold or dim, or several of these
with a space between, as both click and rich name them."""

ATTRIBUTES = ("bold", "dim")
CHANGES = {"+": "green", "-": "red", "@": "cyan"}


def painted(line: Line) -> str:
    """The line as `click.echo` takes it."""
    return "".join(_painted(text, style.split()) for text, style in line)


def _painted(text: str, words: list[str]) -> str:
    if not words:
        return text
    colour = next((word for word in words if word not in ATTRIBUTES), None)
    return click.style(
        text,
        fg=colour,
        bold="bold" in words or None,
        dim="dim" in words or None,
    )


def changed(text: str) -> Line:
    """A line of a unified diff."""
    return [(text, CHANGES.get(text[:1], ""))]
