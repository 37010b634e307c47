"""A mock interview that is being held: some questions, one clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backprep.bank.question import Question
from backprep.journal.attempt import Attempt
from backprep.practice.coach import Coach


@dataclass(frozen=True)
class Interview:
    """What is left of a mock interview, from the attempts that belong to it."""

    coach: Coach
    id: str
    questions: Sequence[Question]
    minutes: float

    @property
    def attempts(self) -> dict[str, Attempt]:
        """Those begun so far, by their questions."""
        found = self.coach.history.attempts.values()
        return {a.question: a for a in found if a.mock == self.id}

    @property
    def remaining(self) -> float:
        """Seconds left for all; below zero they are overtime."""
        used = sum(self.coach.elapsed(a.id) for a in self.attempts.values())
        return self.minutes * 60 - used

    @property
    def left(self) -> list[Question]:
        """The questions that are not finished."""
        done = {q for q, attempt in self.attempts.items() if attempt.finished}
        return [question for question in self.questions if question.id not in done]

    @property
    def over(self) -> bool:
        """Whether no time or no question is left."""
        return self.remaining <= 0 or not self.left

    def place(self, question: Question) -> str:
        """`2 of 3`."""
        number = [q.id for q in self.questions].index(question.id) + 1
        return f"{number} of {len(self.questions)}"
