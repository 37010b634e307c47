"""The answer, once it is earned or revealed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from backprep import bank, examples, source, workspace
from backprep.bank import Question
from backprep.screen import prose
from backprep.screen.page import Page

COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def answer_page(question: Question, answers: Path, dark: bool) -> Page:
    """What to say, the code, what separates the own answer from it, near misses."""
    return Page(f"The answer: {question.title}", *_parts(question, answers, dark))


def _parts(question: Question, answers: Path, dark: bool) -> Iterator[RenderableType]:
    said = examples.read(question.model_answer, question.root)
    solution = bank.read_text(question.solution)
    yield prose.heading("What to say")
    yield prose.markdown(said.split("\n## ", 1)[0], dark)
    yield prose.heading("The reference solution")
    yield prose.python(solution, dark)
    path = question.answer(answers)
    if path.is_file():
        yield prose.heading(f"From {path} to it")
        yield _difference(workspace.read(path), solution)
    yield prose.heading("What people write instead")
    for wrong in source.near_misses(bank.read_text(question.near_misses)):
        yield Text.assemble((f"{wrong.title}: ", "bold"), wrong.consequence)
    parts = bank.sections(said)
    for name in ("Rubric", "Sources"):
        if name in parts:
            yield prose.heading(name)
            yield prose.markdown(parts[name], dark)


def _difference(own: str, solution: str) -> Text:
    lines = difflib.unified_diff(
        own.splitlines(), solution.splitlines(), "yours", "reference", lineterm=""
    )
    text = Text()
    for line in lines:
        text.append(f"{line}\n", style=COLOURS.get(line[:1], ""))
    return text or Text("They are the same, to the letter.")
