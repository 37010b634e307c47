"""Writes down what happens, and goes on when it cannot be written at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backprep.clock import Clock
from backprep.journal.event import Event
from backprep.journal.history import History
from backprep.journal.journal import Journal, JournalError, new_id

BEGINNINGS = ("started", "mock_started")


class Recorder:
    """The history in memory and the journal on the disk, kept as one.

    What cannot be written counts all the same, waits, and is written with the
    next event that can be; `trouble` says why it waits.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self.journal = journal
        self.history = History()
        self.trouble = ""
        self._clock = clock
        self._waiting: list[dict[str, Any]] = []

    def sync(self) -> list[Event]:
        """Take in what other processes wrote, and give it."""
        try:
            return self.history.follow(self.journal)
        except JournalError as error:
            self.trouble = str(error)
            return []

    def record(
        self,
        kind: str,
        question: str,
        attempt: str,
        data: dict[str, Any],
        identity: str = "",
    ) -> None:
        """Write one event, under a new id where none is given; a beginning has that
        of its attempt."""
        if kind in BEGINNINGS:
            identity = attempt
        self._waiting.append(
            {
                "kind": kind,
                "at": self._clock.now(),
                "question": question,
                "attempt": attempt,
                "data": data,
                "identity": identity or new_id(),
            }
        )
        self.write()

    def write(self) -> None:
        """Write what waits."""
        while self._waiting:
            if not self.attempting(lambda: self.journal.append(**self._waiting[0])):
                for waiting in self._waiting:
                    self.history.anticipate(_anticipated(**waiting))
                return
            self._waiting.pop(0)
        self.trouble = ""

    def attempting(self, action: Callable[[], object]) -> bool:
        """Do something with the journal; where it fails, `trouble` says why."""
        try:
            action()
        except JournalError as error:
            self.trouble = str(error)
            return False
        return True


def _anticipated(*, at: Any, identity: str, **values: Any) -> Event:
    return Event(id=identity, seq=1, at=at.isoformat(timespec="milliseconds"), **values)
