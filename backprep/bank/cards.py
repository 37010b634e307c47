"""Cards: a follow-up question on one side, its answer on the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from backprep.bank.model_answer import model_answer
from backprep.bank.question import BankError, Question

DIGITS = 8
"""Of a card's id; a question has five follow-ups at most."""


@dataclass(frozen=True)
class Card:
    """A follow-up of a question, to be asked by itself."""

    question: Question
    number: int
    """Its place among the question's follow-ups today, from 1."""
    front: str
    """What is asked, as Markdown."""

    @cached_property
    def id(self) -> str:
        """The beginning of the SHA-256 of what is asked, however its lines break.

        It stays when other follow-ups come, go or change their places; one that asks
        something else is another card, and is new to everybody.
        """
        words = " ".join(self.front.split())
        return hashlib.sha256(words.encode()).hexdigest()[:DIGITS]

    @property
    def key(self) -> str:
        """What the card is called among those of all questions."""
        return key(self.question.id, self.id)

    @cached_property
    def back(self) -> str:
        """The answer, as Markdown. Raises BankError."""
        answers = model_answer(self.question).follow_ups
        if self.number > len(answers):
            raise BankError(
                f"{self.question.model_answer_path} does not answer follow-up "
                f"{self.number}; write one answer for each follow-up of the prompt."
            )
        return answers[self.number - 1]


def key(question: str, card: str) -> str:
    """A card's name among those of all questions: `autograd/gradient#8a7bf215`."""
    return f"{question}#{card}"


def cards(questions: Iterable[Question]) -> list[Card]:
    """The cards of some questions, in the order of these and of their follow-ups."""
    return [
        Card(question, number, front)
        for question in questions
        for number, front in enumerate(question.follow_ups, 1)
    ]
