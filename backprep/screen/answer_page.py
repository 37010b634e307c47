"""The answer, once it is earned or revealed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, read_text, sections
from backprep.evidence import examples
from backprep.screen import markdown
from backprep.screen.reading_page import Page
from backprep.terminal.styled import changed
from backprep.workspace import answer_file


def answer_page(question: Question, answers: Path, dark: bool) -> Page:
    """What to say, the code, what separates the own answer from it, near misses."""
    return Page(f"The answer: {question.title}", *_parts(question, answers, dark))


def _parts(question: Question, answers: Path, dark: bool) -> Iterator[RenderableType]:
    said = examples.read(question.model_answer, question.root)
    solution = read_text(question.solution_path)
    yield markdown.heading("What to say")
    yield markdown.markdown(said.split("\n## ", 1)[0], dark)
    yield markdown.heading("The reference solution")
    yield markdown.python(solution, dark)
    path = question.answer_path(answers)
    if path.is_file():
        yield markdown.heading(f"From {path} to it")
        yield _difference(answer_file.read(path), solution)
    yield markdown.heading("What people write instead")
    for wrong in near_misses(question):
        yield Text.assemble((f"{wrong.title}: ", "bold"), wrong.consequence)
    parts = sections(said)
    for name in ("Rubric", "Sources"):
        if name in parts:
            yield markdown.heading(name)
            yield markdown.markdown(parts[name], dark)


def _difference(own: str, solution: str) -> Text:
    lines = difflib.unified_diff(
        own.splitlines(), solution.splitlines(), "yours", "reference", lineterm=""
    )
    text = markdown.lines(*map(changed, lines))
    return text or Text("They are the same, to the letter.")
