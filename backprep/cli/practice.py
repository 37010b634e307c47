"""`backprep practice`: a question, its clock and its checks on one screen."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from backprep.bank.pasting import as_option
from backprep.cli.options import (
    Minutes,
    QuestionName,
    aim_option,
    answers_option,
    open_coach,
    take_aim,
)
from backprep.exit_codes import USAGE
from backprep.terminal import console


@click.command()
@click.argument("question", type=QuestionName(), required=False)
@click.option(
    "--minutes",
    type=Minutes(),
    help="The time to take; the question's own, if you do not say.",
)
@aim_option
@answers_option
def practice(question: Any, minutes: float | None, aim: Any, answers: Path) -> None:
    """Practise a question against the clock.

    Without a QUESTION it is the one that you have not finished, else a review that
    is due, else the next on the path of your aim.
    """
    from backprep.practice.suggest import suggest

    coach = open_coach(answers)
    take_aim(coach, aim)
    reason = ""
    if question is None:
        question, reason = suggest(coach)
        click.echo(f"{question.id}: {reason}")
    if not console.is_terminal() or os.environ.get("TERM") in (None, "", "dumb"):
        option = as_option(answers)
        click.echo(
            "backprep practice needs a terminal to draw on, and this is not one. Use "
            f"backprep start {question.slug}{option}, then "
            f"backprep check {question.slug}{option}; "
            f"backprep hint {question.slug}{option} and "
            f"backprep reveal {question.slug}{option} help.",
            err=True,
        )
        sys.exit(USAGE)
    from backprep import screen

    screen.run(coach, question, minutes=minutes, reason=reason)
