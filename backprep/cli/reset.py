"""`backprep reset`: a question from its starter again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from backprep.cli.options import answers_option, question_argument
from backprep.cli.under_way import under_way
from backprep.workspace import answer_file


@click.command()
@question_argument
@answers_option
def reset(question: Any, answers: Path) -> None:
    """Start a question over; the answer so far is kept."""
    in_attempt = under_way(
        question, answers, lambda coach, attempt_id: coach.reset(attempt_id)
    )
    path, kept = in_attempt or answer_file.reset(question, answers)
    click.echo(f"{path} is the starter again.")
    if kept is not None:
        click.echo(f"Your answer is kept. {answer_file.way_back(path, kept)}")
