"""What a good answer says: the rubric of a model answer, point by point."""

from __future__ import annotations

import re
from typing import NamedTuple

from backprep.bank.question import Question, numbered, read_text, sections

HEADING = re.compile(r"^### +(.+?) *$", re.MULTILINE)
POINT = re.compile(r"^- +", re.MULTILINE)


class Rubric(NamedTuple):
    must: list[str]
    nice: list[str]


def rubric(question: Question) -> Rubric:
    """The points in the order in which they are ticked. Raises BankError."""
    text = sections(read_text(question.model_answer)).get("Rubric", "")
    _, *parts = HEADING.split(text)
    points = {
        name: [" ".join(point.split()) for point in POINT.split(body)[1:]]
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
    return Rubric(points.get("Must have", []), points.get("Nice to have", []))


def answers_to_follow_ups(question: Question) -> list[str]:
    """What one says to each follow-up, in their order. Raises BankError."""
    return numbered(read_text(question.model_answer), "Follow-ups")
