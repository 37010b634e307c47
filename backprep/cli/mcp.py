"""`backprep mcp`: a tutor for assistants, over standard input and output."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import click

from backprep.bank.questions import holds_solutions, load_questions
from backprep.cli.options import answers_option, lenient_coach


@click.command()
@answers_option
def mcp(answers: Path) -> None:
    """Serve a tutor to an assistant that speaks the Model Context Protocol.

    The assistant starts this command itself. It reads prompts, times attempts, judges
    your answers and gives hints; the answer to a question stays closed to it until
    your attempt passes or you reveal it.
    """
    if importlib.util.find_spec("mcp") is None:
        raise click.UsageError(
            'The mcp package is not installed: pip install "backprep[mcp]" installs it.'
        )
    if holds_solutions(answers):
        raise click.UsageError(
            f"{answers} holds the bank's own solutions; name the folder of your "
            "answers with --answers."
        )
    from backprep.judge import client
    from backprep.tutor.server import create
    from backprep.tutor.tutor import Tutor

    if sys.stdin.isatty():
        raise click.UsageError(
            "An assistant starts this command and talks to it. The guide Practise with "
            "an assistant says how to connect one; you practise here with "
            "backprep practice."
        )
    coach = lenient_coach(answers, load_questions())
    create(Tutor(coach), client.judge).run("stdio")
