"""Get events out of a damaged journal file.

Each event lies in the database as its own line of JSON, and nothing that was
written is ever deleted. So whatever can still be read of the file's bytes, its
tables broken or not, holds whole events that need no table to be understood.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path

from backprep.journal.event import Event, EventError, from_line

START = re.compile(rb'\{"id": "[0-9a-f]{32}", "seq": ')
LONGEST = 1 << 20


def salvage(database: Path) -> list[Event]:
    """All events that can still be had, in their order."""
    found: dict[str, Event] = {}
    for event in [*_from_tables(database), *_from_bytes(database)]:
        found.setdefault(event.id, event)
    return sorted(found.values(), key=lambda event: event.order)


def _from_tables(database: Path) -> list[Event]:
    """What SQLite itself still reads, up to the first row that it cannot."""
    found = []
    with contextlib.suppress(sqlite3.Error, EventError):
        uri = f"{database.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            for (line,) in connection.execute("SELECT line FROM events"):
                found.append(from_line(line))
    return found


def _from_bytes(database: Path) -> list[Event]:
    """Lines that stand in the file, or in the log of what was written last."""
    found = []
    for path in (database, database.with_name(f"{database.name}-wal")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        for match in START.finditer(content):
            text = content[match.start() : match.start() + LONGEST]
            # the line's end is where its braces close: what follows is not text
            for end in _closings(text):
                with contextlib.suppress(EventError, UnicodeDecodeError):
                    found.append(from_line(text[:end].decode()))
                    break
    return found


def _closings(text: bytes) -> list[int]:
    """Where a line of JSON that starts here may end: its first few braces."""
    ends: list[int] = []
    at = 0
    while len(ends) < 8 and (at := text.find(b"}", at) + 1):
        ends.append(at)
    return ends
