"""Get events out of a damaged journal file.

Each event lies in the database as its own line of JSON, and nothing that was
written is ever deleted. So whatever can still be read of the file's bytes, its
tables broken or not, holds whole events that need no table to be understood.
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from itertools import pairwise
from pathlib import Path

from backprep.journal.event import Event, EventError, from_line

START = re.compile(rb'\{"id": "[0-9a-f]{32}", "seq": ')
LONGEST = 1 << 20


def salvage(database: Path, log: Path, interrupted: Path) -> list[Event]:
    """All events that can still be had, in their order.

    `log` is what was written last, `interrupted` what an earlier salvage had found.
    """
    found: dict[str, Event] = {}
    # the log first: what another process moves from it into the file is seen there
    for event in [
        *_from_bytes(log),
        *_from_tables(database),
        *_from_bytes(database),
        *_from_bytes(interrupted),
    ]:
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


def _from_bytes(path: Path) -> list[Event]:
    """The lines that stand in the file, its tables broken or not."""
    if not path.is_file():
        return []
    content = path.read_bytes()
    starts = [match.start() for match in START.finditer(content)]
    found = []
    for start, following in pairwise([*starts, len(content)]):
        piece = content[start : min(following, start + LONGEST)]
        with contextlib.suppress(EventError, ValueError, RecursionError):
            text = piece.decode(errors="replace")
            # the line ends where its JSON does: what follows is not text
            _, end = json.JSONDecoder().raw_decode(text)
            if piece.startswith(text[:end].encode()):
                found.append(from_line(text[:end]))
    return found
