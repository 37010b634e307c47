"""Writes down what happens, and goes on when it cannot be written at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from backprep import files
from backprep.clock import Clock
from backprep.journal.errors import JournalError
from backprep.journal.event import Event, stamp
from backprep.journal.event_rules import BEGINNINGS
from backprep.journal.history import History
from backprep.journal.journal import Journal, new_id
from backprep.journal.snapshots import Snapshots


class Recorder:
    """The history in memory and the journal on the disk, kept as one.

    What cannot be written counts all the same and waits: `write` tries again, and
    `trouble` says why for as long as something waits.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self.journal = journal
        self.history = History()
        self.snapshots = Snapshots(journal.folder)
        self._clock = clock
        self._unread = self._unwritten = ""
        self._waiting: list[dict[str, Any]] = []
        self._seen: dict[str, Event] = {}
        self._answers: dict[str, str] = {}
        """Answers to keep that wait, by their digests."""

    @property
    def trouble(self) -> str:
        """Why the journal could not be read or written the last time, or what was
        wrong with its file; "" where all is well."""
        return self._unwritten or self._unread or self.journal.notice

    def sync(self) -> list[Event]:
        """Take in what other processes wrote, and give it."""
        known = self.history.imports
        try:
            news = self.history.follow(self.journal)
            # another file, perhaps, and less in it than this process has seen
            other = known not in (-1, self.history.imports)
            if other and not self.journal.read_only and self._merge_seen():
                news += self.history.follow(self.journal)
        except JournalError as error:
            self._unread = str(error)
            return []
        self._seen |= {event.id: event for event in news}
        self._unread = ""
        return news

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

    def keep(self, answer: str) -> str:
        """Keep an answer as it is now, and give its digest."""
        key = files.digest(answer)
        self._answers[key] = answer
        self.write()
        return key

    def write(self) -> None:
        """Write what waits."""
        while self._answers:
            key, answer = next(iter(self._answers.items()))
            if not self.attempting(partial(self.snapshots.put, answer)):
                break
            del self._answers[key]
        while self._waiting:
            if not self.attempting(partial(self.journal.append, **self._waiting[0])):
                for waiting in self._waiting:
                    self.history.anticipate(_anticipated(**waiting))
                break
            self._waiting.pop(0)
        if not self._waiting and not self._answers:
            self._unwritten = ""

    def attempting(self, action: Callable[[], object]) -> bool:
        """Do something with the journal; where it fails, `trouble` says why."""
        try:
            action()
        except JournalError as error:
            self._unwritten = str(error)
            return False
        return True

    def _merge_seen(self) -> int:
        return self.journal.merge(self._seen.values())


def _anticipated(*, at: Any, identity: str, **values: Any) -> Event:
    return Event(id=identity, seq=1, at=stamp(at), **values)
