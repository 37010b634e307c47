"""`backprep new`: the files of a new question."""

from __future__ import annotations

import click

from backprep.bank import scaffold
from backprep.bank.question import BankError
from backprep.bank.questions import bank_root


@click.command()
@click.argument("name", metavar="TOPIC/SLUG")
@click.option(
    "--kind",
    type=click.Choice(["code", "predict"]),
    default="code",
    show_default=True,
    help="Whether the answer is code, or says what the prompt's code prints.",
)
def new(name: str, kind: str) -> None:
    """Write the files of a new question, to be filled in."""
    try:
        written = scaffold.new(name, bank_root(), kind)
    except BankError as error:
        raise click.UsageError(str(error)) from None
    for path in written:
        click.echo(path)
    if not written:
        click.echo(f"All files of {name} are there already.")
    slug = name.rpartition("/")[2]
    click.echo(f"What is still missing: pytest tests/test_every_question.py -k {slug}")
