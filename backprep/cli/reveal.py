"""`backprep reveal`: the answer to a question."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import Any

import click

from backprep.bank.near_misses import near_misses
from backprep.bank.question import read_text
from backprep.bank.right_answers import right_answers
from backprep.cli.options import (
    about,
    answers_option,
    lenient_coach,
    question_argument,
    say_trouble,
)
from backprep.evidence import examples
from backprep.terminal import console
from backprep.workspace import answer_file


@click.command()
@question_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@answers_option
def reveal(question: Any, yes: bool, answers: Path) -> None:
    """Show the answer: what to say, the code, and what people get wrong."""
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("Say --yes to reveal without being asked.")
        click.confirm(f"Reveal the answer to {question.id}?", abort=True)
    coach = lenient_coach(answers, [question])
    coach.reveal_question(question)
    say_trouble(coach)
    solution = read_text(question.solution_path)
    about(question)
    console.markdown(examples.read(question.model_answer_path, question.root))
    click.secho("\nThe reference solution", bold=True)
    console.python(solution)
    path = question.answer_path(answers)
    if path.is_file():
        click.secho(f"From {path} to it", bold=True)
        own = answer_file.read(path).splitlines()
        console.diff(
            difflib.unified_diff(own, solution.splitlines(), "yours", "reference")
        )
    if others := right_answers(question):
        click.secho("\nOther right answers", bold=True)
    for other in others:
        click.echo(f"  {other.title}: {other.trade}")
        console.python(other.code)
    click.secho("\nWhat people write instead", bold=True)
    for wrong in near_misses(question):
        click.echo(f"  {wrong.title}: {wrong.consequence}")
