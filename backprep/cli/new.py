"""`backprep new`: the files of a new question."""

from __future__ import annotations

import click

from backprep.bank import scaffold
from backprep.bank.pasting import as_option
from backprep.bank.question import BankError
from backprep.bank.questions import bank_root, is_installed, own_root
from backprep.printable import printable


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
    """Write the files of a new question, to be filled in.

    With --bank it goes into a bank of your own, which is made where there is none.
    """
    root = bank_root()
    if is_installed() and root == own_root():
        raise click.UsageError(
            f"{root} belongs to the installed package and is replaced with it: add "
            "--bank FOLDER for a bank of your own, which every command takes, too."
        )
    try:
        written = scaffold.new(name, root, kind)
    except BankError as error:
        raise click.UsageError(printable(str(error))) from None
    for path in written:
        click.echo(path)
    if not written:
        click.echo(f"All files of {name} are there already.")
    slug = name.rpartition("/")[2]
    click.echo(f"What is still missing: backprep verify {slug}{as_option()}")
