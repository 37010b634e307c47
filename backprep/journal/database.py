"""One SQLite file for any number of processes, mended when it is damaged."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from backprep import files
from backprep.journal import mending, tables
from backprep.journal.errors import JournalError
from backprep.journal.lock import Busy, Lock

PATIENCE = 5.0
"""Seconds that one waits for another program to let go of the file."""
IMPATIENCE = 0.1
"""The same after one has waited in vain, until that program has let go of it."""

T = TypeVar("T")


class Damaged(sqlite3.DatabaseError):
    """What was read is not what is ever written."""


class Database:
    """The file at `path`; it is opened, or made, when it is first needed.

    Whoever opens, writes or mends it holds a lock, and looks then whether the file
    is still the one that it knows: nothing is written into a file that was set
    aside. What was found and done about it is said in `notice`. Safe to call from
    several threads; every method raises JournalError.
    """

    def __init__(self, path: Path) -> None:
        # a link stays a link when the file is mended
        self.path = Path(os.path.realpath(path))
        self.notice = ""
        self.read_only = False
        self._lock = Lock(self.path.with_name("journal.lock"))
        self._threads = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self._in_vain = False

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        with self._threads:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other process from writing; may be nested."""
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._threads)
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise JournalError(
                    f"The journal's folder {self.path.parent} cannot be made: "
                    f"{error.strerror}. Set BACKPREP_HOME to a folder that you can "
                    "write."
                ) from None
            patience = IMPATIENCE if self._in_vain else PATIENCE
            try:
                stack.enter_context(self._lock.held(patience))
                self._in_vain = False
            except Busy:
                self._in_vain = True
                raise JournalError(
                    f"The journal was not written: another backprep has kept "
                    f"{self.path} busy for {PATIENCE:g} s; end it and try again."
                ) from None
            except OSError as error:
                raise self._explained(error) from None
            yield

    def read(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """What `action` gives of the connection."""
        with self._threads:
            return self._sound(action)

    def write(self, action: Callable[[sqlite3.Connection], T], sync: bool = True) -> T:
        """The same in one transaction, which is on the disk when this returns;
        without `sync` it may be lost when the machine fails."""
        if self.read_only:
            raise JournalError(self.notice)

        def transaction(connection: sqlite3.Connection) -> T:
            connection.execute(f"PRAGMA synchronous = {'FULL' if sync else 'OFF'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = action(connection)
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            return result

        with self.alone():
            return self._sound(transaction)

    def _sound(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Do it; if the file turns out to be damaged, mend that and do it again."""
        for again in (True, False):
            try:
                return action(self._connect())
            except (sqlite3.DatabaseError, OSError) as error:
                if not again or self.read_only or not _is_damage(error):
                    raise self._explained(error) from None
                self._mend()
        raise AssertionError("the second failure is raised")

    def _connect(self) -> sqlite3.Connection:
        if self._connection is not None:
            if self._inode == files.inode(self.path):
                return self._connection
            self.close()  # it was deleted, or mended by another process
        with self.alone():
            return self._open()

    def _open(self) -> sqlite3.Connection:
        if not os.path.lexists(self.path):
            mending.create(self.path)
        if not self.path.is_file():
            raise JournalError(
                f"{self.path} is not a file; move it away, or set BACKPREP_HOME to "
                "another folder."
            )
        if mending.new(self.path).exists() or not self.path.stat().st_size:
            raise Damaged
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw",
            uri=True,
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
        self._inode = files.inode(self.path)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if not tables.are_in(connection):
            raise Damaged
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > tables.SCHEMA:
            self.read_only = True
            self.notice = (
                f"{self.path} was written by a newer backprep (format {version}, this "
                f"one knows {tables.SCHEMA}): it is read and not written; update "
                "backprep."
            )
            return
        connection.execute("PRAGMA journal_mode = WAL")

    def _mend(self) -> None:
        with self.alone():
            self.close()
            try:
                if mending.is_whole(self.path):
                    self.notice = mending.mended_elsewhere(self.path)
                else:
                    self.notice = mending.mend(self.path)
            except (sqlite3.Error, OSError) as error:
                raise self._explained(error) from None

    def _explained(self, error: sqlite3.Error | OSError) -> JournalError:
        text = str(error)
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        if "locked" in text or "busy" in text:
            what = (
                f"another program has kept {self.path} locked for "
                f"{PATIENCE:g} s; end it and try again"
            )
        elif full or "full" in text:
            what = f"there is no room left on the disk of {self.path}; make some"
        elif isinstance(error, OSError) or "readonly" in text or "unable to" in text:
            what = (
                f"{self.path} cannot be written; make its folder writable, or set "
                "BACKPREP_HOME to another"
            )
        else:
            what = f"{self.path}: {text}; backprep doctor may say more"
        return JournalError(f"The journal was not written: {what}.")


def _is_damage(error: Exception) -> bool:
    """Whether the file is broken, and not its disk, its rights or its use."""
    if isinstance(error, sqlite3.OperationalError):
        # a table that is not there: the file was cut
        signs = ("no such table", "malformed", "Could not decode")
        return any(sign in str(error) for sign in signs)
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.IntegrityError | sqlite3.ProgrammingError
    )
