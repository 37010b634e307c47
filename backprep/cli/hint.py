"""`backprep hint`: a nudge, the approach or the key line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from backprep.bank.pasting import as_option
from backprep.bank.question import BankError
from backprep.cli.options import answers_option, question_argument
from backprep.cli.under_way import under_way
from backprep.journal.grading import hint_cost
from backprep.terminal import console


@click.command()
@question_argument
@click.argument("level", type=click.IntRange(1, 3), default=1)
@answers_option
def hint(question: Any, level: int, answers: Path) -> None:
    """Show a hint: 1 a nudge, 2 the approach, 3 the key line."""
    if level > len(question.hints):
        raise BankError(f"{question.prompt_path} has no hint {level}; write it there.")

    def write(coach: Any, attempt_id: str) -> None:
        click.secho(hint_cost(coach.attempt(attempt_id), level), dim=True)
        coach.hint(attempt_id, level)

    under_way(question, answers, write)
    console.markdown(question.hints[level - 1])
    if level < len(question.hints):
        command = f"backprep hint {question.slug} {level + 1}{as_option(answers)}"
        click.secho(f"Next: {command}", dim=True)
