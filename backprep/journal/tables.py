"""The tables of a journal's file."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

from backprep.journal.event import Event

SCHEMA = 1
TABLES = """
CREATE TABLE events (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL,
    line TEXT NOT NULL
);
CREATE INDEX events_in_order ON events (seq, id);
-- the rest may be thrown away: it can be had from the events, or is of the moment
CREATE TABLE pulse (attempt TEXT PRIMARY KEY, at TEXT NOT NULL, elapsed REAL NOT NULL);
CREATE TABLE checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1), row INTEGER NOT NULL,
    version INTEGER NOT NULL, state TEXT NOT NULL
);
CREATE TABLE imports (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL);
"""
INSERT = """
INSERT {known} INTO events (row, id, seq, line) VALUES (
    1 + coalesce((SELECT max(row) FROM events), (SELECT number FROM imports)), ?, ?, ?
)
"""


def make(path: Path, events: Iterable[Event] = ()) -> None:
    """Write a file with these events; a file that is there already is replaced.

    Its rows and its number of imports are larger than those of any file before it:
    whoever had read one sees that all is to be read anew.
    """
    path.unlink(missing_ok=True)
    generation = time.time_ns() // 1000
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {SCHEMA};")
        connection.execute("INSERT INTO imports VALUES (1, ?)", (generation,))
        for event in events:
            insert(connection, event)
        connection.execute("COMMIT")


def insert(connection: sqlite3.Connection, event: Event, known: str = "") -> None:
    """Add an event; `known` says what to do with one that is there already."""
    connection.execute(INSERT.format(known=known), (event.id, event.seq, event.line))


def are_in(connection: sqlite3.Connection) -> bool:
    """Whether the file is a journal, of this version or a newer one."""
    columns = connection.execute("SELECT name FROM pragma_table_info('events')")
    return {"row", "id", "seq", "line"} <= {name for (name,) in columns}
