"""The model answer to a question: what one says, and by what it is graded."""

from __future__ import annotations

import re
from typing import NamedTuple

from backprep.bank.question import SECTION, Question, numbered, read_text, sections

HEADING = re.compile(r"^### +(.+?) *$", re.MULTILINE)
POINT = re.compile(r"^- +", re.MULTILINE)


class Rubric(NamedTuple):
    """What a good answer says, point by point, in the order of ticking."""

    must: list[str]
    nice: list[str]


class ModelAnswer(NamedTuple):
    """The parts of `solutions/<topic>/<slug>.md`, as Markdown."""

    said: str
    """What one would say aloud."""
    rubric: Rubric
    follow_ups: list[str]
    """The answer to each of the prompt's follow-ups, in their order."""
    sources: str


def model_answer(question: Question) -> ModelAnswer:
    """Read a question's model answer. Raises BankError."""
    return parsed(read_text(question.model_answer_path))


def parsed(text: str) -> ModelAnswer:
    """The parts of a model answer's text."""
    said, *_ = SECTION.split(text, maxsplit=1)
    parts = sections(text)
    _, *headed = HEADING.split(parts.get("Rubric", ""))
    points = {
        name: [" ".join(point.split()) for point in POINT.split(body)[1:]]
        for name, body in zip(headed[::2], headed[1::2], strict=True)
    }
    return ModelAnswer(
        said.strip(),
        Rubric(points.get("Must have", []), points.get("Nice to have", [])),
        numbered(text, "Follow-ups"),
        parts.get("Sources", ""),
    )
