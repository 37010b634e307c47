"""`backprep check`: the judge on your answers."""

from __future__ import annotations

import json
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from backprep.bank.pasting import as_option
from backprep.bank.questions import load_questions
from backprep.cli.options import (
    QuestionName,
    Seconds,
    answers_option,
    fail,
    lenient_coach,
    say_trouble,
)
from backprep.exit_codes import NOT_PASSED, PASSED
from backprep.judge import client
from backprep.terminal import console, verdict_lines
from backprep.terminal.styled import painted
from backprep.workspace.watch import saved


@click.command()
@click.argument("question", type=QuestionName(), required=False)
@click.option("--all", "everything", is_flag=True, help="Check every answer found.")
@answers_option
@click.option(
    "--timeout",
    type=Seconds(),
    default=30.0,
    show_default=True,
    help="Seconds that the checks of one question may take.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a question.")
@click.option("--full", is_flag=True, help="Add pytest's own report of each failure.")
@click.option("--no-daemon", is_flag=True, help="Judge in a fresh process.")
@click.option("--watch", is_flag=True, help="Check again at every save.")
def check(
    question: Any,
    everything: bool,
    answers: Path,
    timeout: float,
    as_json: bool,
    full: bool,
    no_daemon: bool,
    watch: bool,
) -> None:
    """Judge your answer to a question."""
    if (question is None) == (not everything):
        raise click.UsageError("Name one question, or say --all.")
    if not answers.is_dir():
        raise click.UsageError(
            f"There is no folder {answers}; "
            f"backprep start QUESTION{as_option(answers)} makes it."
        )
    asked = [question] if question else _answered(load_questions(), answers)
    if not asked and not watch:
        start = f"backprep start QUESTION{as_option(answers)}"
        fail(f"{answers} holds no answer yet; {start} makes one.", NOT_PASSED)

    def notify(text: str) -> None:
        if not as_json and sys.stderr.isatty():
            click.secho(f"{text} …", dim=True, err=True)

    judging = partial(client.judge, daemon=not no_daemon, full=full)
    coach = lenient_coach(answers, load_questions() if everything else asked, judging)

    def run(questions: list[Any]) -> bool:
        passed = True
        for n, q in enumerate(questions):
            verdict, counted = coach.judge(
                q, origin="check", timeout=timeout, notify=notify
            )
            passed = passed and verdict.verdict == "passed"
            if as_json:
                click.echo(json.dumps(verdict.as_json(), ensure_ascii=False))
            else:
                width = min(shutil.get_terminal_size().columns, 100)
                lines = verdict_lines.report(
                    verdict,
                    q.answer_path(answers),
                    unicode=console.unicode(),
                    width=width,
                )
                click.echo("\n" * (n > 0) + "\n".join(map(painted, lines)))
                if counted:
                    click.echo(counted)
            say_trouble(coach)
        return passed

    passed = run(asked)
    if watch:
        watched = [question] if question else load_questions()
        what = watched[0].answer_path(answers) if question else answers
        if not as_json:
            click.secho(
                f"\nWaiting for the next save of {what}. Ctrl-C ends.", dim=True
            )
        for changed in saved(answers, watched):
            if not as_json:
                click.echo()
            passed = run(changed)
    sys.exit(PASSED if passed else NOT_PASSED)


def _answered(questions: list[Any], answers: Path) -> list[Any]:
    return [q for q in questions if q.answer_path(answers).exists()]
