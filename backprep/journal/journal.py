"""The journal of practice: events in one SQLite file, only ever added to."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from backprep import files
from backprep.journal import mending, tables
from backprep.journal.database import Damaged, Database
from backprep.journal.errors import JournalError as JournalError
from backprep.journal.event import SEQ, Event, stamp, trusted


def new_id() -> str:
    """An id that no event has."""
    return secrets.token_hex(16)


class Pulse(NamedTuple):
    """The last sign of life of a running attempt."""

    at: datetime
    elapsed: float


def home() -> Path:
    """The folder of the journal: `$BACKPREP_HOME`, or the platform's own."""
    if elsewhere := os.environ.get("BACKPREP_HOME"):
        return Path(elsewhere).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("backprep"))


class Journal:
    """The events in `folder/journal.db`, for any number of processes at once.

    A file that is damaged is set aside, and what can be read of it is kept in a
    new one; a file that a newer version wrote is opened to be read alone. Both
    are said in `notice`. Every method raises JournalError.
    """

    def __init__(self, folder: Path, *, at_once: bool = True) -> None:
        """Open it `at_once`, or when it is first read or written."""
        self.folder = folder
        self._database = Database(folder / "journal.db")
        if at_once:
            self._database.read(lambda c: c.execute("SELECT 1 FROM events LIMIT 1"))

    @property
    def path(self) -> Path:
        """The file."""
        return self._database.path

    @property
    def notice(self) -> str:
        """What was wrong with the file, and what was done about it; "" if nothing."""
        return self._database.notice

    @property
    def read_only(self) -> bool:
        """Whether a newer version wrote the file."""
        return self._database.read_only

    @property
    def set_aside(self) -> list[Path]:
        """Files that were damaged, empty or another program's, the oldest first."""
        return mending.set_aside(self.path)

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        self._database.close()

    def alone(self) -> AbstractContextManager[None]:
        """Keep every other process from writing, so that what is read here stays
        true until the end of it."""
        return self._database.alone()

    def append(
        self,
        kind: str,
        *,
        at: datetime,
        question: str = "",
        attempt: str = "",
        data: dict[str, Any] | None = None,
        identity: str | None = None,
    ) -> Event:
        """Write one event. When this returns it is on the disk.

        It gets the id `identity`, or a new one; one that is there already is that
        event, told a second time, and is not written again.
        """
        identity = identity or new_id()

        def write(connection: sqlite3.Connection) -> Event:
            query = "SELECT line FROM events WHERE id = ?"
            if known := connection.execute(query, (identity,)).fetchone():
                return trusted(known[0])
            (last,) = connection.execute("SELECT max(seq) FROM events").fetchone()
            seq = min((last or 0) + 1, SEQ)
            event = Event(identity, seq, stamp(at), kind, question, attempt, data or {})
            tables.insert(connection, event)
            return event

        return self._database.write(write)

    def events(self, after: int = 0) -> Iterator[tuple[int, Event]]:
        """The events in the order of replay, each with its row.

        Rows grow as events arrive: those beyond `after` are what came since.
        """

        def read(connection: sqlite3.Connection) -> list[tuple[int, Event]]:
            query = "SELECT row, line FROM events WHERE row > ? ORDER BY seq, id"
            rows = connection.execute(query, (after,)).fetchall()
            try:
                return [(row, trusted(line)) for row, line in rows]
            except (ValueError, TypeError):
                raise Damaged("a line is not an event") from None

        return iter(self._database.read(read))

    def lines(self) -> Iterator[str]:
        """All events as JSON Lines, in their order."""
        return (event.line for _, event in self.events())

    def merge(self, events: Iterable[Event]) -> int:
        """Add the events that are not there yet, and say how many they were."""
        told = list(events)

        def write(connection: sqlite3.Connection) -> int:
            before = connection.total_changes
            for event in told:
                tables.insert(connection, event, known="OR IGNORE")
            added = connection.total_changes - before
            if added:
                # they may belong between others, so all is replayed
                connection.execute("UPDATE imports SET number = number + 1")
                connection.execute("DELETE FROM checkpoint")
            return added

        return self._database.write(write)

    @property
    def imports(self) -> int:
        """Another number than before when events came in that may belong between
        earlier ones, or when another file has taken the place of the one before."""
        (number,) = self._database.read(
            lambda c: c.execute("SELECT number FROM imports").fetchone()
        )
        return int(number)

    def beat(self, attempt: str, pulse: Pulse) -> None:
        """Leave a sign of life; it needs no place on the disk right now."""
        values = (attempt, pulse.at.isoformat(timespec="milliseconds"), pulse.elapsed)
        self._database.write(
            lambda c: c.execute("REPLACE INTO pulse VALUES (?, ?, ?)", values),
            sync=False,
        )

    def pulse(self, attempt: str) -> Pulse | None:
        """The last sign of life that was left at an attempt."""
        query = "SELECT at, elapsed FROM pulse WHERE attempt = ?"
        found = self._database.read(lambda c: c.execute(query, (attempt,)).fetchone())
        return Pulse(datetime.fromisoformat(found[0]), found[1]) if found else None

    def checkpoint(self, version: int) -> tuple[int, str] | None:
        """The row up to which a state was kept, and the state, if it is whole."""
        query = "SELECT row, state FROM checkpoint WHERE version = ?"
        found = self._database.read(lambda c: c.execute(query, (version,)).fetchone())
        if found is None:
            return None
        row, kept = found
        digest, _, state = kept.partition("\n")
        return (row, state) if digest == files.digest(state) else None

    def keep_checkpoint(self, row: int, version: int, state: str) -> None:
        """Keep what the events up to `row` come to, so as not to replay them."""
        values = (row, version, f"{files.digest(state)}\n{state}")
        self._database.write(
            lambda c: c.execute("REPLACE INTO checkpoint VALUES (1, ?, ?, ?)", values)
        )
