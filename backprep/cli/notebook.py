"""`backprep notebook`: notebooks to practise in."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import click

from backprep.bank.questions import load_questions
from backprep.cli.options import FilePath, QuestionName, answers_option
from backprep.clock import counted

NEEDED = "IPython", "nbformat"


@click.command()
@click.argument("question", required=False, metavar="[QUESTION]")
@click.argument("folder", required=False, metavar="FOLDER")
@click.option("--all", "everything", is_flag=True, help="Write one for each question.")
@answers_option
@click.pass_context
def notebook(
    context: click.Context,
    question: str | None,
    folder: str | None,
    everything: bool,
    answers: Path,
) -> None:
    """Write a Jupyter notebook for a question: FOLDER/TOPIC/SLUG.ipynb.

    It holds the prompt, a cell that judges what you write in it, and one that gives
    hints. A notebook that you changed or ran stays as it is.
    """
    if not all(map(importlib.util.find_spec, NEEDED)):
        raise click.UsageError(
            'IPython and nbformat are not installed: pip install "backprep[notebook]" '
            "installs them."
        )
    if everything and folder is None:
        question, folder = None, question
    if (question is None) == (not everything) or folder is None:
        raise click.UsageError("Name one question, or say --all, and name a folder.")
    asked: list[Any] = load_questions()
    if question is not None:
        asked = [QuestionName().convert(question, None, context)]
    into: Path = FilePath(file_okay=False).convert(folder, None, context)

    from backprep.notebook.book import book_path, write_book

    kept = [q for q in asked if not write_book(q, into, answers)]
    for q in kept:
        click.echo(
            f"{book_path(q, into)} was changed or run and stays as it is; move it "
            "away for a new one."
        )
    if len(asked) > 1:
        click.echo(f"{counted(len(asked) - len(kept), 'notebook')} written to {into}.")
    elif not kept:
        click.echo(f"{asked[0].minutes} minutes. Open {book_path(asked[0], into)}")
