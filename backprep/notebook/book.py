"""A notebook for a question: its prompt, a cell to answer in, and one for hints."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from backprep import files
from backprep.bank.question import Question
from backprep.bank.questions import bank_root, own_root
from backprep.bank.starter import starter
from backprep.files import FileProblem
from backprep.notebook.prompt import prompt

OURS = "backprep"
"""Where a notebook's metadata say what was written into it."""
HINTS = """\
## Hints

There are three: a nudge, the approach, and the key line. Each counts in an attempt that
is under way. Delete the `#` below and run the cell for the first; run it again for the
next."""
ALOUD = """\
## What you would say

Write your notes here, a line for each point, and say it aloud."""
COMPARE = """\
## What is in a good answer

Read it, with its rubric, when you have said yours. That you did is written down."""


def book_path(question: Question, folder: Path) -> Path:
    """Where the question's notebook lies in a folder of notebooks."""
    return folder / question.topic / f"{question.slug}.ipynb"


def write_book(question: Question, folder: Path, answers: Path) -> bool:
    """Write a question's notebook, and say whether it is there as it is written now.

    One that was changed, or run, stays as it is; one that was not is renewed. Raises
    FileProblem.
    """
    path = book_path(question, folder)
    text = book(question, path, answers)
    if files.strange_kind(path) is None and not path.is_file():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileProblem(
                f"{path} cannot be written: {error.strerror}. Nothing was changed."
            ) from None
        files.write_new(path, text)
        return True
    if not _is_untouched(path):
        return False
    files.replace(path, text)
    return True


def book(question: Question, path: Path, answers: Path) -> str:
    """The text of a question's notebook, which will lie at `path`; what is written in
    it goes to the folder `answers`."""
    name = question.slug
    aloud = question.kind == "explain"
    cells = [
        new_markdown_cell(prompt(question), id="prompt"),
        new_code_cell("\n".join(_beginning(path, answers)), id="load"),
        *([new_markdown_cell(ALOUD, id="notes")] if aloud else []),
        new_code_cell(f"%%check {name}\n{starter(question).rstrip()}", id="answer"),
        new_markdown_cell(HINTS, id="hints"),
        new_code_cell(f"# %hint {name}", id="hint"),
    ]
    if aloud:
        cells += [
            new_markdown_cell(COMPARE, id="compare"),
            new_code_cell(f"# %reveal {name} --yes", id="reveal"),
        ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = new_notebook(
        cells=cells,
        metadata={
            "kernelspec": kernel,
            "language_info": {"name": "python"},
            OURS: {"question": question.id, "written": _digest(cells)},
        },
    )
    nbformat.validate(made)
    return f"{nbformat.writes(made)}\n"


def _beginning(path: Path, answers: Path) -> Iterator[str]:
    """What a kernel needs to know, whose folder is the notebook's."""
    if bank_root() != own_root():
        yield f"%env BACKPREP_BANK={bank_root()}"
    yield "%load_ext backprep"
    here = path.parent.resolve()
    yield f"%answers {os.path.relpath(answers.resolve(), here)}"


def _is_untouched(path: Path) -> bool:
    """Whether nobody wrote into a notebook, or ran it, since it was written here."""
    try:
        found = nbformat.reads(files.read(path).decode(), as_version=4)
        written = found.metadata[OURS]["written"]
        if any(cell.get("outputs") for cell in found.cells):
            return False
        return bool(_digest(found.cells) == written)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False  # it is not one of these


def _digest(cells: list[nbformat.NotebookNode]) -> str:
    told = [[cell.cell_type, cell.source] for cell in cells]
    return files.digest(json.dumps(told))
