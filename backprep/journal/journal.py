"""The journal of practice: events in one SQLite file, only ever added to."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from backprep.journal.event import Event, trusted

SCHEMA = 1
PATIENCE = 5.0
"""Seconds that a write waits for another program's."""

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
INSERT INTO imports VALUES (1, 0);
"""

T = TypeVar("T")


class JournalError(Exception):
    """The journal cannot be read or written; the message says what to do."""


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

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "journal.db"
        self.notice = ""
        self.read_only = False
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self._do(lambda connection: connection.execute("SELECT 1 FROM events LIMIT 1"))

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

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
            when = at.isoformat(timespec="milliseconds")
            event = Event(
                identity, (last or 0) + 1, when, kind, question, attempt, data or {}
            )
            _insert(connection, event)
            return event

        return self._write(write)

    def events(self, after: int = 0) -> Iterator[tuple[int, Event]]:
        """The events in the order of replay, each with its row.

        Rows grow as events arrive: those beyond `after` are what came since.
        """
        query = "SELECT row, line FROM events WHERE row > ? ORDER BY seq, id"
        rows = self._do(lambda c: c.execute(query, (after,)).fetchall())
        for row, line in rows:
            try:
                yield row, trusted(line)
            except (ValueError, TypeError):
                raise JournalError(
                    f"{self.path} holds what is no event: {line[:80]!r}; move the file "
                    "away, and backprep journal import the lines that are."
                ) from None

    def lines(self) -> Iterator[str]:
        """All events as JSON Lines, in their order."""
        query = "SELECT line FROM events ORDER BY seq, id"
        yield from (line for (line,) in self._do(lambda c: c.execute(query).fetchall()))

    def merge(self, events: Iterable[Event]) -> int:
        """Add the events that are not there yet, and say how many they were."""

        def write(connection: sqlite3.Connection) -> int:
            before = connection.total_changes
            for event in events:
                _insert(connection, event, known="OR IGNORE")
            added = connection.total_changes - before
            if added:
                # they may belong between others, so all is replayed
                connection.execute("UPDATE imports SET number = number + 1")
                connection.execute("DELETE FROM checkpoint")
            return added

        return self._write(write)

    @property
    def imports(self) -> int:
        """How often events came in that may belong between earlier ones."""
        (number,) = self._do(
            lambda c: c.execute("SELECT number FROM imports").fetchone()
        )
        return int(number)

    def beat(self, attempt: str, pulse: Pulse) -> None:
        """Leave a sign of life; it needs no place on the disk right now."""
        values = (attempt, pulse.at.isoformat(timespec="milliseconds"), pulse.elapsed)
        with self._lock:
            self._do(lambda c: c.execute("PRAGMA synchronous = OFF"))
            try:
                self._write(
                    lambda c: c.execute("REPLACE INTO pulse VALUES (?, ?, ?)", values)
                )
            finally:
                self._do(lambda c: c.execute("PRAGMA synchronous = FULL"))

    def pulse(self, attempt: str) -> Pulse | None:
        query = "SELECT at, elapsed FROM pulse WHERE attempt = ?"
        found = self._do(lambda c: c.execute(query, (attempt,)).fetchone())
        return Pulse(datetime.fromisoformat(found[0]), found[1]) if found else None

    def checkpoint(self, version: int) -> tuple[int, str] | None:
        """The row up to which a state was kept, and the state."""
        query = "SELECT row, state FROM checkpoint WHERE version = ?"
        found = self._do(lambda c: c.execute(query, (version,)).fetchone())
        return (found[0], found[1]) if found else None

    def keep_checkpoint(self, row: int, version: int, state: str) -> None:
        """Keep what the events up to `row` come to, so as not to replay them."""
        values = (row, version, state)
        self._write(
            lambda c: c.execute("REPLACE INTO checkpoint VALUES (1, ?, ?, ?)", values)
        )

    def _write(self, action: Callable[[sqlite3.Connection], T]) -> T:
        if self.read_only:
            raise JournalError(self.notice)

        def transaction(connection: sqlite3.Connection) -> T:
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = action(connection)
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            return result

        return self._do(transaction)

    def _do(self, action: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            try:
                return action(self._connect())
            except sqlite3.DatabaseError as error:
                if not _is_damage(error) or self.read_only:
                    raise self._explained(error) from None
            try:
                self._mend()
                return action(self._connect())
            except sqlite3.DatabaseError as error:
                raise self._explained(error) from None

    def _connect(self) -> sqlite3.Connection:
        if self._connection is not None:
            if self._inode == _inode(self.path):
                return self._connection
            self.close()  # somebody deleted it, or mended it and put another there
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JournalError(
                f"The journal's folder {self.folder} cannot be made: {error.strerror}. "
                "Set BACKPREP_HOME to a folder that you can write."
            ) from None
        connection = sqlite3.connect(
            self.path,
            timeout=PATIENCE,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        self._inode = _inode(self.path)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA:
            self.read_only = True
            self.notice = (
                f"{self.path} was written by a newer backprep (format {version}, this "
                f"one knows {SCHEMA}): it is read and not written; update backprep."
            )
            return
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        if version == 0:
            # of two processes that find no tables, one makes them
            connection.execute("BEGIN IMMEDIATE")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in TABLES.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA}")
            connection.execute("COMMIT")

    def _mend(self) -> None:
        """Set the damaged file aside, and keep what it still holds in a new one."""
        from backprep.journal.salvage import salvage

        self.close()
        events = salvage(self.path)
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")
        aside = self.path.with_name(f"journal.damaged-{stamp}.db")
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                old = self.path.with_name(self.path.name + suffix)
                old.rename(aside.with_name(aside.name + suffix))
        with contextlib.closing(sqlite3.connect(aside.with_suffix(".mended"))) as fresh:
            fresh.executescript(f"{TABLES} PRAGMA user_version = {SCHEMA};")
            with fresh:
                for event in events:
                    _insert(fresh, event)
        # whole or not at all: a crash in between leaves the damaged file
        aside.with_suffix(".mended").replace(self.path)
        self.notice = (
            f"The journal was damaged: {len(events)} events could be read and are "
            f"kept. The damaged file is {aside}."
        )

    def _explained(self, error: sqlite3.Error) -> JournalError:
        text = str(error)
        if "locked" in text or "busy" in text:
            what = (
                f"another program has kept {self.path} locked for "
                f"{PATIENCE:g} s; end it and try again"
            )
        elif "full" in text:
            what = f"there is no room left on the disk of {self.path}; make some"
        elif "readonly" in text or "unable to open" in text:
            what = (
                f"{self.path} cannot be written; make its folder writable, or set "
                "BACKPREP_HOME to another"
            )
        else:
            what = f"{self.path}: {text}; backprep doctor may say more"
        return JournalError(f"The journal was not written: {what}.")


def _insert(connection: sqlite3.Connection, event: Event, known: str = "") -> None:
    connection.execute(
        f"INSERT {known} INTO events (id, seq, line) VALUES (?, ?, ?)",
        (event.id, event.seq, event.line),
    )


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file is broken, and not its disk, its rights or its use."""
    if isinstance(error, sqlite3.OperationalError):
        # a table that is not there: the file was cut, or is another program's
        return "no such table" in str(error) or "malformed" in str(error)
    return not isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError)
