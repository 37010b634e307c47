"""Text of the bank as the screen shows it."""

from __future__ import annotations

from rich.console import RenderableType
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.text import Text
from rich.theme import Theme

from backprep.printable import printable
from backprep.terminal import console
from backprep.terminal.styled import Line

STYLES = Theme(
    {
        # no background of its own: it has to be read on light and on dark
        "markdown.code": "bold cyan",
        "markdown.code_block": "none",
        "markdown.link": "underline blue",
        "markdown.link_url": "underline blue",
        "markdown.item.bullet": "bold",
        "markdown.item.number": "bold",
        "markdown.table.border": "dim",
        "markdown.table.header": "bold",
        "markdown.h1": "bold",
        "markdown.h2": "bold",
        "markdown.h3": "bold",
    }
)


def lines(*lines: Line) -> Text:
    """Lines with their styles; their text commands no terminal."""
    return Text("\n").join(
        Text.assemble(*((printable(text), style) for text, style in line))
        for line in lines
    )


def heading(text: str) -> Text:
    """A heading of a page."""
    return Text(f"\n{text}\n", style="bold underline")


def markdown(text: str, dark: bool) -> RenderableType:
    """Markdown of the bank, on a dark ground or a light one."""
    text = console.without_pictures(text)
    return Markdown(text, code_theme=_theme(dark), hyperlinks=False)


def python(code: str, dark: bool) -> RenderableType:
    """Python in colours, on a dark ground or a light one."""
    # as text it has no background of its own
    return Syntax("", "python", theme=_theme(dark)).highlight(code.strip())


def _theme(dark: bool) -> str:
    return "ansi_dark" if dark else "ansi_light"
