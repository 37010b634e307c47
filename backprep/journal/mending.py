"""Put a whole file in the place of one that is not a journal, or is damaged.

Nothing is thrown away: the old file lies beside the new one under another name, and
what can be read of it is in both. Whoever calls these holds the journal's lock.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from datetime import datetime
from pathlib import Path

from backprep.clock import counted
from backprep.journal import tables
from backprep.journal.event import trusted
from backprep.journal.salvage import salvage

REASONS = ("damaged", "empty", "foreign")


def new(path: Path) -> Path:
    """Where the file that will take `path`'s place is written.

    While nobody holds the lock, it is there only if a mending was interrupted.
    """
    return path.with_name("journal.new")


def create(path: Path) -> None:
    """Make an empty journal, whole or not at all."""
    tables.make(new(path))
    new(path).replace(path)


def is_whole(path: Path) -> bool:
    """Whether everything in the file can be read."""
    if not path.is_file() or not path.stat().st_size or new(path).exists():
        return False
    uri = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            if not tables.are_in(connection):
                return False
            for (line,) in connection.execute("SELECT line FROM events"):
                trusted(line)
            connection.execute("SELECT state FROM checkpoint").fetchall()
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            return bool(found == "ok")
    except (sqlite3.DatabaseError, ValueError, TypeError):
        return False


def mend(path: Path) -> str:
    """Set the file aside, put a new one in its place with the events that can still
    be read, and say so in a sentence.

    A process that is killed meanwhile leaves what the next one needs to do it again.
    """
    log = path.with_name(f"{path.name}-wal")
    events = salvage(path, log, new(path))
    reason = _reason(path, bool(events))
    tables.make(new(path), events)
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")
    aside = path.with_name(f"journal.{reason}-{stamp}.db")
    if path.exists():
        os.link(path, aside)
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            old = path.with_name(path.name + suffix)
            old.rename(aside.with_name(aside.name + suffix))
    new(path).replace(path)
    where = f"The file is {aside}; a new journal is in its place."
    if reason == "empty":
        return f"The journal {path} was empty (0 bytes): its events are gone. {where}"
    if reason == "foreign":
        return f"{path} was a database of another program. {where}"
    are = "is" if len(events) == 1 else "are"
    return (
        f"The journal was damaged: {counted(len(events), 'event')} could be read and "
        f"{are} kept. "
        f"The damaged file is {aside}."
    )


def mended_elsewhere(path: Path) -> str:
    """What to say when another process had mended the file first."""
    aside = set_aside(path)[-1:]
    where = f" The old file is {aside[0]}." if aside else ""
    return f"The journal was damaged, and another backprep has mended it.{where}"


def set_aside(path: Path) -> list[Path]:
    """The files that were set aside, the oldest first."""
    found = [
        (aside.name.partition("-")[2], aside)
        for reason in REASONS
        for aside in path.parent.glob(f"journal.{reason}-*.db")
    ]
    return [aside for _, aside in sorted(found)]


def _reason(path: Path, has_events: bool) -> str:
    if path.is_file() and not path.stat().st_size and not has_events:
        return "empty"
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with (
        contextlib.suppress(sqlite3.DatabaseError),
        contextlib.closing(sqlite3.connect(uri, uri=True)) as connection,
    ):
        if not tables.are_in(connection) and not has_events:
            return "foreign"
    return "damaged"
