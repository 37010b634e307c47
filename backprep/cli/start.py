"""`backprep start`: a question's starter, written to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from backprep.bank.pasting import as_option
from backprep.cli.options import answers_option, question_argument
from backprep.workspace import answer_file


@click.command()
@question_argument
@answers_option
def start(question: Any, answers: Path) -> None:
    """Write a question's starter; an answer that is there stays as it is."""
    path, written = answer_file.start(question, answers)
    if written:
        click.echo(f"{question.minutes} minutes. Write your answer in {path}")
    else:
        click.echo(
            f"{path} is there already and stays as it is. "
            f"backprep reset {question.slug}{as_option(answers)} starts over."
        )
    click.echo(f"Then: backprep check {question.slug}{as_option(answers)}")
