"""One question, the attempt at it, and what there is to say of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from backprep.bank.question import Question
from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.journal.journal import JournalError
from backprep.judge.verdict import Verdict
from backprep.practice.coach import Coach
from backprep.practice.interview import Interview
from backprep.screen.keys import FINISHED, PAUSED, READY, WORKING, Situation
from backprep.screen.news import GONE, news
from backprep.workspace import answer_file

LEVELS = ("a nudge", "the approach", "the key line")

T = TypeVar("T")


class QuestionState:
    """What the journal and the last verdict say of a question; knows no screen."""

    def __init__(
        self,
        coach: Coach,
        question: Question,
        minutes: float | None,
        reason: str,
        interview: Interview | None,
    ) -> None:
        self.coach = coach
        self.question = question
        self.interview = interview
        self.minutes = minutes
        self.attempt_id: str | None = None
        self.verdict: Verdict | None = None
        self.unfinished: Attempt | None = None
        """An attempt that was begun before and can go on here."""
        self.old_answer = False
        """Whether an answer of an earlier attempt lies there."""
        self.reason = reason
        """Why it is this question."""
        self._finish: tuple[Attempt, str] | None = None
        self._known: Attempt | None = None
        self._lock = threading.Lock()
        self._look_for_what_was_begun()

    def _look_for_what_was_begun(self) -> None:
        self.unfinished = self.coach.open_in(self.question, self.mock_id)
        self.old_answer = self.mock_id is None and self.coach.old_answer(self.question)

    # what happens

    def act(self, action: Callable[[], T]) -> T:
        """Let the coach do something to the attempt; what that changes is not reported.

        Raises whatever the action raises.
        """
        with self._lock:
            try:
                return action()
            finally:
                self.acknowledge()

    def acknowledge(self) -> None:
        """Take the attempt as it is now for known."""
        self._known = self.attempt

    def begin(self, blank: bool) -> str:
        """Start the clock, or let it go on; from the starter where `blank`.

        Returns how to have the old answer again, if there was one. Raises
        WorkspaceError.
        """
        old = blank and self.coach.old_answer(self.question)
        attempt = self.coach.begin(
            self.question, minutes=self.minutes, mock=self.mock_id, keep=not blank
        )
        self.attempt_id = attempt.id
        kept = answer_file.last_kept(self.question, self.coach.answers)
        if not old or kept is None:
            return ""
        path = self.question.answer_path(self.coach.answers)
        return f"Your old answer is kept. {answer_file.way_back(path, kept.path)}"

    def give_up(self) -> None:
        """Note that the answer is shown, and end the attempt."""
        assert self.attempt_id is not None
        self.coach.reveal(self.attempt_id)
        self.coach.finish(self.attempt_id, "gave up")

    def follow(self, judging: bool) -> str:
        """Take in what other processes wrote, and say what it did to the attempt.

        While `judging`, a pass is the run's own, and no news.
        """
        with self._lock:
            self.coach.write()
            self.coach.sync()
            before, now = self._known, self.attempt
            if before is None:
                self._look_for_what_was_begun()
                return ""
            if now is None:
                self.attempt_id = self._known = None
                self._look_for_what_was_begun()
                return GONE
            if judging and now.passed and not before.passed:
                return ""
            self._known = now
        return news(before, now)

    # what there is

    @property
    def mock_id(self) -> str | None:
        """The mock interview that the question is asked in, if it is."""
        return self.interview.id if self.interview else None

    @property
    def attempt(self) -> Attempt | None:
        """The attempt that was begun or gone on with here, as it is now."""
        if self.attempt_id is None:
            return None
        return self.coach.history.find(self.attempt_id)

    @property
    def spoken(self) -> bool:
        """Whether the answer is said and not written."""
        return self.question.kind == "explain"

    @property
    def predicting(self) -> bool:
        """Whether the answer is a form."""
        return self.question.kind == "predict"

    @property
    def title(self) -> str:
        """The question's title, with its place in an interview."""
        if self.interview is None:
            return self.question.title
        return f"{self.interview.place(self.question)}: {self.question.title}"

    @property
    def path(self) -> str:
        """Where the answer lies, as short as it can be said from here."""
        path = self.question.answer_path(self.coach.answers)
        return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)

    @property
    def situation(self) -> Situation:
        """What the keys depend on, but for what only the window knows."""
        attempt = self.attempt
        if attempt is None:
            state = READY
        elif attempt.finished:
            state = FINISHED
        else:
            state = WORKING if attempt.running else PAUSED
        choices = grading.grade(attempt).choices if attempt else ()
        return Situation(
            state,
            spoken=self.spoken,
            mock=self.interview is not None,
            unfinished=self.unfinished is not None,
            old_answer=self.old_answer,
            hints_left=self.next_hint is not None,
            earned=attempt is not None
            and (attempt.finished or attempt.revealed_after is not None),
            gradable=len(choices) > 1 and self.interview is None,
        )

    @property
    def hints(self) -> list[tuple[int, str]]:
        """The hints shown, each with its level."""
        shown = sorted(self.attempt.hints) if self.attempt else []
        return [(level, self.question.hints[level - 1]) for level in shown]

    @property
    def next_hint(self) -> int | None:
        """The level of the first hint that was not shown."""
        if self.attempt is None:
            return None
        levels = range(1, len(self.question.hints) + 1)
        return next((n for n in levels if n not in self.attempt.hints), None)

    @property
    def remaining(self) -> float | None:
        """Seconds left; None where no clock runs, or will run on."""
        attempt = self.attempt or self.unfinished
        try:
            if self.interview is not None:
                return self.interview.remaining
            if attempt is None or attempt.finished:
                return None
            return self.coach.remaining(attempt.id)
        except JournalError:  # what the coach has trouble with is said beside it
            return None

    @property
    def result(self) -> str:
        """How the attempt ended, once it has: its rating, and the next review."""
        attempt = self.attempt
        if attempt is None or not attempt.finished:
            return ""
        if self.interview is not None:
            return f"{'Passed' if attempt.passed else 'Not passed'}. Enter goes on."
        if self._finish is None or self._finish[0] is not attempt:
            # the schedule is replayed for it: not every second
            self._finish = attempt, str(self.coach.finished(attempt.id))
        return self._finish[1]
