"""Which attempts some process is at right now: known of one that was killed, too."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import IO

from backprep.file_lock import lock_alone, lock_with_others
from backprep.journal.errors import JournalError


class Presence:
    """Marks in `folder/running`: a file that is locked while somebody is there.

    The kernel takes the lock away when the process ends, however it ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "running"
        self._held: dict[str, IO[bytes]] = {}

    def enter(self, attempt: str) -> None:
        """Say that this process is at an attempt. Raises JournalError."""
        if attempt in self._held:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = (self._folder / attempt).open("ab")
            lock_with_others(file.fileno())
        except OSError as error:
            raise JournalError(
                f"{self._folder / attempt} cannot be written: {error.strerror}. "
                "Nobody else sees that the attempt's clock runs."
            ) from None
        self._held[attempt] = file

    def leave(self, attempt: str) -> None:
        """Say that it no longer is."""
        if (file := self._held.pop(attempt, None)) is not None:
            file.close()

    def forget(self, attempt: str) -> None:
        """Take the mark of an attempt away that nobody will be at again."""
        self.leave(attempt)
        # Windows keeps a file that another process has open
        with contextlib.suppress(PermissionError):
            (self._folder / attempt).unlink(missing_ok=True)

    def is_known(self, attempt: str) -> bool:
        """Whether some process is at an attempt."""
        try:
            with (self._folder / attempt).open("rb") as file:
                lock_alone(file.fileno())
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        return False
