"""How text gets to the terminal: plainly where there is none, or a dumb one."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable

import click

from backprep.printable import printable
from backprep.terminal.ascii import in_ascii
from backprep.terminal.styled import changed, painted

WIDEST = 88
"""Characters of a line that still is easy to read."""


def is_terminal() -> bool:
    """Whether a user can read the output and answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def width() -> int:
    """How many characters a line may have."""
    return min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)


def unicode() -> bool:
    """Whether the signs for passed and failed can be written."""
    try:
        "✓✗○·…".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def markdown(text: str) -> None:
    """Print Markdown, laid out where the output is a terminal that can show it."""
    text = printable(without_pictures(text))
    if not unicode():
        text = in_ascii(text)
    if not _fancy():
        click.echo(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console.width = min(console.width, WIDEST)
    console.print(Markdown(text))


def python(code: str) -> None:
    """Print Python, in colours where the output is a terminal that has them."""
    code = printable(code)
    if not _fancy():
        click.echo(f"\n{code}")
        return
    from rich.console import Console
    from rich.syntax import Syntax

    console = Console()
    console.print(
        Syntax(
            code,
            "python",
            theme="ansi_dark",
            background_color="default",
            word_wrap=True,
        )
    )


def diff(lines: Iterable[str]) -> None:
    """Print the lines of a unified diff."""
    for line in lines:
        click.echo(painted(changed(line.rstrip("\n"))))


def without_pictures(text: str) -> str:
    """Markdown with what each picture shows, once, in place of the picture."""
    text = re.sub(r"^!\[[^\]]*\]\([^)]*#only-dark\)\n", "", text, flags=re.MULTILINE)
    return re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"[Picture: \1]", text)


def _fancy() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
