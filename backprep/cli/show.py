"""`backprep show`: a question's prompt and starter."""

from __future__ import annotations

from typing import Any

import click

from backprep.bank.pasting import as_option
from backprep.bank.starter import starter
from backprep.cli.options import about, question_argument
from backprep.terminal import console


@click.command()
@question_argument
def show(question: Any) -> None:
    """Show a question's prompt and its starter."""
    about(question)
    console.markdown(question.prompt)
    click.secho("\nYou start from", bold=True)
    console.python(starter(question))
    click.echo(f"backprep start {question.slug}{as_option()}  writes it to a file.")
