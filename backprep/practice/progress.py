"""What there is to know of practice so far: the journal as it is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from backprep.bank.aims import EVERYTHING, Aim, load_aims
from backprep.bank.cards import Card, cards
from backprep.bank.question import Question
from backprep.clock import Clock, SystemClock, day_in_words
from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.journal.grading import Grade
from backprep.journal.history import History
from backprep.journal.journal import Journal
from backprep.journal.recorder import Recorder
from backprep.journal.snapshots import Snapshots
from backprep.journal.stopwatch import Stopwatch
from backprep.practice import schedule
from backprep.practice.cards import NEW_A_DAY, Deck, deck, minutes, of_day
from backprep.practice.plan import worked
from backprep.practice.schedule import Due


class Finish(NamedTuple):
    """What a finished attempt was worth, and when its question comes again."""

    grade: Grade
    rating: str | None
    due: date | None
    today: date
    """The day on which this is said."""

    def __str__(self) -> str:
        if self.rating is None:
            return f"{self.grade.reason[:1].upper()}{self.grade.reason[1:]}."
        text = f"{self.rating.capitalize()}: {self.grade.reason}."
        return (
            f"{text} Next: {day_in_words(self.due, self.today)}." if self.due else text
        )


class Progress:
    """The attempts at the questions of a bank, their times and their due dates.

    Other processes write into the same journal: `sync` takes in what they wrote.
    """

    def __init__(
        self,
        journal: Journal,
        questions: Sequence[Question],
        clock: Clock | None = None,
    ) -> None:
        self.questions = {question.id: question for question in questions}
        self.clock = clock or SystemClock()
        self._recorder = Recorder(journal, self.clock)
        self._stopwatch = Stopwatch(journal, self.clock)

    @property
    def history(self) -> History:
        """All that has happened."""
        return self._recorder.history

    @property
    def journal(self) -> Journal:
        """Where it is written."""
        return self._recorder.journal

    @property
    def snapshots(self) -> Snapshots:
        """The answers as they were at their moments."""
        return self._recorder.snapshots

    @property
    def trouble(self) -> str:
        """Why the journal could not be read or written, or what was wrong with its
        file; as long as something waits to be written, and "" where all is well."""
        return self._recorder.trouble

    def sync(self) -> None:
        """Take in what other processes wrote."""
        self._recorder.sync()
        for attempt_id in self._stopwatch.kept:
            attempt = self.history.find(attempt_id)
            if attempt is not None and not attempt.running:
                self._stopwatch.let_go(attempt)

    def attempt(self, attempt_id: str) -> Attempt:
        """The attempt with this id. Raises KeyError."""
        attempt = self.history.find(attempt_id)
        if attempt is None:
            raise KeyError(attempt_id)
        return attempt

    def question_of(self, attempt_id: str) -> Question:
        """The question that an attempt is at. Raises KeyError."""
        return self.questions[self.attempt(attempt_id).question]

    def unfinished(self) -> list[Attempt]:
        """The attempts that can go on, the one that was touched last first."""
        known = [
            attempt
            for attempt in self.history.unfinished
            if attempt.question in self.questions
        ]
        return sorted(
            known, key=lambda a: datetime.fromisoformat(a.changed), reverse=True
        )

    def under_way(self, question: Question) -> Attempt | None:
        """The unfinished attempt whose answer is the question's own file, if there
        is one. A mock interview has its answers elsewhere."""
        return self.open_in(question, None)

    def open_in(self, question: Question, mock: str | None) -> Attempt | None:
        """The unfinished attempt at a question in a mock interview, or outside of
        all, if there is one."""
        return next(
            (
                attempt
                for attempt in self.unfinished()
                if attempt.question == question.id and attempt.mock == mock
            ),
            None,
        )

    def elapsed(self, attempt_id: str) -> float:
        """Seconds of work so far."""
        return self._stopwatch.elapsed(self.attempt(attempt_id))

    def remaining(self, attempt_id: str) -> float:
        """Seconds left; below zero they are overtime."""
        return self.attempt(attempt_id).limit - self.elapsed(attempt_id)

    @property
    def interview(self) -> date | None:
        """The day of the interview, as long as it lies ahead."""
        planned = self.history.interview
        today = self.clock.now().date()
        return planned if planned is not None and planned > today else None

    def due(self) -> dict[str, Due]:
        """When each question that was reviewed is due."""
        return schedule.due_dates(self.history.reviews, self.interview)

    @cached_property
    def cards(self) -> list[Card]:
        """The cards of the bank, in its order."""
        return cards(self.questions.values())

    def deck(
        self,
        some: Sequence[Card] | None = None,
        new_a_day: int = NEW_A_DAY,
        *,
        untried: bool = False,
    ) -> Deck:
        """What there is to go through today of all cards, or of some; new ones of
        questions that were not tried too, where they are asked for."""
        return deck(
            self.cards if some is None else some,
            self.history.cards,
            self.questions if untried else self.history.tried,
            self.clock.now().date(),
            self.interview,
            new_a_day,
        )

    @cached_property
    def aims(self) -> dict[str, Aim]:
        """The aims of the bank by their names. Raises BankError."""
        roots = {question.root: None for question in self.questions.values()}
        return load_aims(next(iter(roots))) if roots else {EVERYTHING.name: EVERYTHING}

    @property
    def aim(self) -> Aim:
        """What the candidate prepares for; everything where the bank has no such aim,
        or none of the questions is its."""
        aim = self.aims.get(self.history.aim, EVERYTHING)
        return aim if aim.path(self.questions.values()) else EVERYTHING

    @property
    def path(self) -> list[Question]:
        """The questions of the aim, in its order."""
        return self.aim.path(self.questions.values())

    def aim_of_draw(self, named: Aim | None, *, open: bool) -> Aim:
        """The aim from whose questions an interview is drawn: the one that is named,
        and otherwise the candidate's, where no topic and no seed say what to ask."""
        return named or (self.aim if open else EVERYTHING)

    @property
    def worked(self) -> int:
        """Minutes of practice today, with cards and in attempts that began today."""
        today = self.clock.now().date()
        cards = len(of_day(self.history.cards, today))
        return worked(self.history.attempts.values(), today) + minutes(cards)

    def finished(self, attempt_id: str) -> Finish:
        """What a finished attempt is worth."""
        attempt = self.attempt(attempt_id)
        due = self.due().get(attempt.question)
        return Finish(
            grading.grade(attempt),
            grading.chosen(attempt),
            due.on if due else None,
            self.clock.now().date(),
        )
