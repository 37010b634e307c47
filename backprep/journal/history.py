"""All that the events come to: attempts, cards, mock interviews, plan and aim."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from backprep.bank import cards as cards_of
from backprep.journal import attempt as attempts_of
from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.journal.event import Event
from backprep.journal.grading import Graded, Review
from backprep.journal.journal import Journal

WORTH_KEEPING = 1000
"""Replayed events after which the outcome is kept, to start from it next time."""


@dataclass(frozen=True)
class Mock:
    """A mock interview."""

    id: str
    at: str
    """When it began: local wall time with its offset, in ISO 8601, as `ended`."""
    minutes: float
    topics: tuple[str, ...]
    """Those that were asked for; none means all."""
    seed: int
    questions: tuple[str, ...]
    ended: str | None = None


@dataclass(frozen=True)
class Planned:
    """What the user plans by."""

    date: date
    """The day of the interview."""
    minutes: float
    """How long they have on each day."""


@dataclass
class Kept:
    """The attempts of a kept state: what is always needed of them, and the rest as
    it was written, which takes long to read and is rarely needed."""

    text: str
    graded: list[Graded]
    tried: set[str]


@dataclass
class History:
    """What has happened so far; follows the journal, never the other way round."""

    mocks: dict[str, Mock] = field(default_factory=dict)
    """The mock interviews by their ids."""
    planned: Planned | None = None
    """The last plan."""
    aim: str = ""
    """The name of the last aim, whether the bank has it or not; "" before any."""
    cards: list[Graded] = field(default_factory=list)
    """Every grade that was given to a card, in the order of replay; a card goes by
    its key, whether the bank still has it or not."""
    ahead: dict[str, Event] = field(default_factory=dict)
    """Events that count already and that the journal does not hold yet."""
    row: int = 0
    imports: int = -1
    _read: dict[str, Attempt] = field(default_factory=dict)
    """The attempts, or those that a kept state does not have as finished."""
    _kept: Kept | None = None

    @property
    def attempts(self) -> dict[str, Attempt]:
        """All of them, in the order in which they began."""
        if self._kept is not None:
            kept = map(attempts_of.from_state, json.loads(self._kept.text))
            self._read = {attempt.id: attempt for attempt in kept} | self._read
            self._kept = None
        return self._read

    def find(self, attempt_id: str) -> Attempt | None:
        """The attempt with this id, if there is one."""
        return self._read.get(attempt_id) or self.attempts.get(attempt_id)

    @property
    def unfinished(self) -> Iterable[Attempt]:
        """The attempts that have not ended."""
        return [attempt for attempt in self._read.values() if not attempt.finished]

    @property
    def tried(self) -> Collection[str]:
        """The questions at which an attempt was finished."""
        now = {attempt.question for attempt in self._read.values() if attempt.finished}
        return now | self._kept.tried if self._kept else now

    @property
    def reviews(self) -> list[Review]:
        """The reviews that the finished attempts are."""
        kept = self._kept.graded if self._kept else []
        return grading.first_of_days([*kept, *grading.graded(self._read.values())])

    @property
    def card_reviews(self) -> list[Review]:
        """The first grade of a local day of each card; later ones are practice."""
        return grading.first_of_days(self.cards)

    def apply(self, event: Event) -> None:
        """Let one more event change what is known."""
        if event.kind == "planned":
            self.planned = _planned(event.data)
        elif event.kind == "aimed":
            self.aim = event.data["aim"]
        elif event.kind == "card_graded":
            card = cards_of.key(event.question, event.data["card"])
            self.cards.append(Graded(card, event.at, event.data["rating"]))
        elif event.kind == "mock_started":
            self.mocks.setdefault(event.attempt, _mock(event))
        elif event.kind == "mock_finished":
            if (mock := self.mocks.get(event.attempt)) is not None:
                self.mocks[mock.id] = replace(mock, ended=event.at)
        elif event.attempt in self._read or event.id == event.attempt:
            attempts_of.apply(self._read, event)
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
        """The day that was planned for, whether it lies ahead or not."""
        return self.planned.date if self.planned else None

    def _begin(self, journal: Journal) -> None:
        self._read, self._kept = {}, None
        self.mocks, self.planned, self.cards, self.row = {}, None, [], 0
        self.aim = ""
        found = journal.checkpoint(attempts_of.VERSION)
        if found is not None:
            self.row, text = found
            head, _, attempts = text.partition("\n")
            state = json.loads(head)
            unfinished = map(attempts_of.from_state, state["unfinished"])
            self._read = {attempt.id: attempt for attempt in unfinished}
            graded = [Graded(*one) for one in state["graded"]]
            self.cards = [Graded(*one) for one in state["cards"]]
            self._kept = Kept(attempts, graded, set(state["tried"]))
            mocks = (Mock(**_hashable(mock)) for mock in state["mocks"])
            self.mocks = {mock.id: mock for mock in mocks}
            self.planned = _planned(state["planned"]) if state["planned"] else None
            self.aim = state["aim"]

    def _state(self) -> str:
        attempts = self.attempts.values()
        head = {
            "unfinished": [attempt.as_state() for attempt in self.unfinished],
            "graded": grading.graded(attempts),
            "tried": sorted(self.tried),
            "cards": self.cards,
            "mocks": [asdict(mock) for mock in self.mocks.values()],
            "planned": {
                "date": self.planned.date.isoformat(),
                "minutes": self.planned.minutes,
            }
            if self.planned
            else None,
            "aim": self.aim,
        }
        rows = [attempt.as_state() for attempt in attempts]
        return f"{json.dumps(head)}\n{json.dumps(rows)}"


def _planned(data: Mapping[str, Any]) -> Planned:
    return Planned(date.fromisoformat(data["date"]), data["minutes"])


def _mock(event: Event) -> Mock:
    told = {name: event.data[name] for name in ("minutes", "topics", "seed")}
    questions = tuple(event.data["questions"])
    return Mock(event.attempt, event.at, questions=questions, **_hashable(told))


def _hashable(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON's lists as tuples."""
    return {n: tuple(v) if isinstance(v, list) else v for n, v in values.items()}
