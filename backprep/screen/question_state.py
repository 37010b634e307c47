"""One question, the attempt at it, and what there is to say of them."""

from __future__ import annotations

import os
from pathlib import Path

from backprep.bank.question import Question
from backprep.clock import in_minutes
from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.judge.verdict import Verdict
from backprep.practice import mock
from backprep.practice.coach import Coach
from backprep.practice.interview import Interview
from backprep.screen.keys import FINISHED, PAUSED, READY, WORKING, Situation
from backprep.terminal import verdict_lines
from backprep.workspace import answer_file

LEVELS = ("a nudge", "the approach", "the key line")


class QuestionState:
    """What is so, from the journal and the last verdict; knows no screen."""

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
        self._reason = reason
        self._finish: tuple[Attempt, str] | None = None
        self.unfinished = next(
            (
                attempt
                for attempt in coach.unfinished()
                if attempt.question == question.id and attempt.mock == self.mock_id
            ),
            None,
        )
        self.old_answer = (
            self.unfinished is None
            and question.id in coach.history.tried
            and answer_file.edited(question, coach.answers)
        )

    @property
    def mock_id(self) -> str | None:
        return self.interview.id if self.interview else None

    @property
    def attempt(self) -> Attempt | None:
        """The attempt that was begun or gone on with here."""
        return self.coach.attempt(self.attempt_id) if self.attempt_id else None

    @property
    def spoken(self) -> bool:
        return self.question.kind == "explain"

    @property
    def predicting(self) -> bool:
        return self.question.kind == "predict"

    @property
    def title(self) -> str:
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
        if self.interview is not None:
            return self.interview.remaining
        attempt = self.attempt or self.unfinished
        if attempt is None or attempt.finished:
            return None
        return self.coach.remaining(attempt.id)

    @property
    def sentence(self) -> str:
        """What there is to do, or how it went; styled as `report` does it."""
        attempt = self.attempt
        if attempt is None:
            return f"{self._reason} {self._invitation()}".strip()
        if attempt.finished:
            return self._ended(attempt)
        if not attempt.running:
            return "Paused. Enter goes on."
        text = "Write your answer there; every save is judged."
        if self.spoken:
            text = "Say it aloud. Press Enter when done talking."
        elif self.verdict is not None and self.verdict.verdict != "not attempted":
            text = verdict_lines.total(self.verdict)
        elif self.predicting:
            text = "Fill in what you predict; Enter judges it."
        if self.interview is not None:
            spent = self.coach.elapsed(attempt.id)
            phase = mock.phase(spent, self.question.minutes)
            text += f" {WHAT_NEXT[phase]}"
        return text

    def _invitation(self) -> str:
        if self.unfinished is not None:
            return "Enter goes on."
        if self.interview is not None:
            if self.interview.attempts:
                return "Enter goes on with the interview."
            return f"Enter starts the interview: {in_minutes(self.interview.minutes)}."
        minutes = in_minutes(self.minutes or self.question.minutes)
        if self.old_answer:
            return (
                f"Enter starts {minutes} from blank and keeps your old "
                "answer aside; k goes on with it."
            )
        return f"Enter starts the clock: {minutes}."

    def _ended(self, attempt: Attempt) -> str:
        if self.interview is not None:
            return f"{'Passed' if attempt.passed else 'Not passed'}. Enter goes on."
        if self._finish is None or self._finish[0] is not attempt:
            # the schedule is replayed for it: not every second
            self._finish = attempt, str(self.coach.finished(attempt.id))
        return self._finish[1]


WHAT_NEXT = {
    "clarify": "First ask what is not clear.",
    "plan": "Say your plan before you write.",
    "code": "",
    "test": "Time to try it on cases of your own.",
    "follow-up": "Time for the last touches.",
}
"""A soft word for each phase of a mock interview's question."""
