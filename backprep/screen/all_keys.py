"""The page of all keys."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from backprep.screen import keys
from backprep.screen.keys import Situation
from backprep.screen.reading_page import Page


def all_keys(now: Situation) -> Page:
    """Every key with its sentence; those that do something now stand out."""
    table = Table.grid(padding=(0, 2))
    for key in keys.KEYS:
        style = "bold" if key.use(now).word else "dim"
        table.add_row(Text(key.sign, style=style), Text(key.more))
    table.add_row(Text("? F1", style="bold"), Text("This page."))
    table.add_row(Text("Esc", style="bold"), Text("Back; out of a line of a form."))
    return Page("All keys; those in bold do something now", table)
