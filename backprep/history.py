"""All that the events come to: attempts, mock interviews and the plan."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backprep import attempt as attempts_of
from backprep.attempt import Attempt
from backprep.event import Event
from backprep.journal import Journal

WORTH_KEEPING = 1000
"""Replayed events after which the outcome is kept, to start from it next time."""


@dataclass
class History:
    """What has happened so far; follows the journal, never the other way round."""

    attempts: dict[str, Attempt] = field(default_factory=dict)
    mocks: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each `mock_started` said, with `at`, and `ended` when it was over."""
    planned: dict[str, Any] = field(default_factory=dict)
    """The last plan: `date` and `minutes` a day."""
    ahead: dict[str, Event] = field(default_factory=dict)
    """Events that count already and that the journal does not hold yet."""
    row: int = 0
    imports: int = -1

    def apply(self, event: Event) -> None:
        if event.kind == "planned":
            self.planned = dict(event.data)
        elif event.kind == "mock_started":
            self.mocks.setdefault(event.attempt, {"at": event.at, **event.data})
        elif event.kind == "mock_finished":
            if event.attempt in self.mocks:
                self.mocks[event.attempt]["ended"] = event.at
        else:
            attempts_of.apply(self.attempts, event)

    def follow(self, journal: Journal) -> list[Event]:
        """Take in what the journal holds beyond what is known, and give it."""
        imports = journal.imports
        began = imports != self.imports
        if began:
            self._begin(journal)
            self.imports = imports
        came = []
        for row, event in journal.events(self.row):
            if began or event.id not in self.ahead:
                self.apply(event)
                came.append(event)
            self.ahead.pop(event.id, None)
            self.row = max(self.row, row)
        if began:
            for event in self.ahead.values():
                self.apply(event)
        if len(came) >= WORTH_KEEPING and not journal.read_only:
            journal.keep_checkpoint(self.row, attempts_of.VERSION, self._state())
        return came

    def anticipate(self, event: Event) -> None:
        """Let an event count that the journal will hold later."""
        if event.id not in self.ahead:
            self.ahead[event.id] = event
            self.apply(event)

    def of(self, question: str) -> list[Attempt]:
        """The attempts at a question, the oldest first."""
        return [a for a in self.attempts.values() if a.question == question]

    @property
    def interview(self) -> date | None:
        planned = self.planned.get("date")
        return date.fromisoformat(planned) if planned else None

    def _begin(self, journal: Journal) -> None:
        self.attempts, self.mocks, self.planned, self.row = {}, {}, {}, 0
        kept = journal.checkpoint(attempts_of.VERSION)
        if kept is not None:
            self.row, text = kept
            state = json.loads(text)
            found = [attempts_of.from_state(a) for a in state["attempts"]]
            self.attempts = {attempt.id: attempt for attempt in found}
            self.mocks, self.planned = state["mocks"], state["planned"]

    def _state(self) -> str:
        attempts = [attempt.as_state() for attempt in self.attempts.values()]
        return json.dumps(
            {"attempts": attempts, "mocks": self.mocks, "planned": self.planned}
        )
