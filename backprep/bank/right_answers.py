"""Other right answers to a question, read from their text: nothing is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backprep.bank.known_answer import KnownAnswer
from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, read_text
from backprep.bank.source import code_with_helpers, docstrings, public_definitions


@dataclass(frozen=True)
class RightAnswer(KnownAnswer):
    """An answer in another style than the reference, which passes every check."""

    trade: str
    """What one gains and pays by writing it so."""
    code: str


def right_answers(question: Question) -> Sequence[RightAnswer]:
    """Right answers besides the reference; none to a question without their file.

    Raises BankError where their file cannot be read.
    """
    path = question.right_answers_path
    if not path.exists():
        return ()
    text = read_text(path)
    said = docstrings(text)
    return tuple(
        RightAnswer(node.name, path, said[node.name], code_with_helpers(text, node))
        for node in public_definitions(text)
    )


def known_answers(question: Question) -> Sequence[KnownAnswer]:
    """The near misses of a question, and then its right answers."""
    return [*near_misses(question), *right_answers(question)]
