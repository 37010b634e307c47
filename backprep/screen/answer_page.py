"""The answer, once it is earned or revealed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from backprep.bank.model_answer import parsed
from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, read_text, sections
from backprep.bank.right_answers import right_answers
from backprep.evidence import examples
from backprep.screen import markdown
from backprep.screen.reading_page import Page
from backprep.terminal.styled import changed
from backprep.workspace import answer_file


def answer_page(question: Question, answers: Path, dark: bool) -> Page:
    """What to say, the code, what separates the own answer from it, others."""
    return Page(f"The answer: {question.title}", *_parts(question, answers, dark))


def _parts(question: Question, answers: Path, dark: bool) -> Iterator[RenderableType]:
    text = examples.read(question.model_answer_path, question.root)
    answer = parsed(text)
    solution = read_text(question.solution_path)
    yield markdown.heading("What to say")
    yield markdown.markdown(answer.said, dark)
    yield markdown.heading("The reference solution")
    yield markdown.python(solution, dark)
    path = question.answer_path(answers)
    if path.is_file():
        yield markdown.heading(f"From {path} to it")
        yield _difference(answer_file.read(path), solution)
    if others := right_answers(question):
        yield markdown.heading("Other right answers")
    for other in others:
        yield Text.assemble((f"{other.title}: ", "bold"), other.trade, "\n")
        yield markdown.python(f"{other.code}\n", dark)
    yield markdown.heading("What people write instead")
    for wrong in near_misses(question):
        yield Text.assemble((f"{wrong.title}: ", "bold"), wrong.consequence)
    rubric = sections(text).get("Rubric", "")
    for name, part in (("Rubric", rubric), ("Sources", answer.sources)):
        if part:
            yield markdown.heading(name)
            yield markdown.markdown(part, dark)


def _difference(own: str, solution: str) -> Text:
    lines = difflib.unified_diff(
        own.splitlines(), solution.splitlines(), "yours", "reference", lineterm=""
    )
    text = markdown.lines(*map(changed, lines))
    return text or Text("They are the same, to the letter.")
