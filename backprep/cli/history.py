"""`backprep history`: the attempts at a question, and the answers kept of them."""

from __future__ import annotations

import difflib
import shlex
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backprep.bank.pasting import as_option
from backprep.cli.options import answers_option, open_coach, question_argument
from backprep.terminal import console

if TYPE_CHECKING:
    from backprep.journal.attempt import Attempt
    from backprep.journal.snapshots import Kept
    from backprep.practice.coach import Coach

MOMENTS = {
    "time_up": "time up",
    "revealed": "reveal",
    "finished": "finish",
    "passed_untimed": "pass",
}


@click.command()
@question_argument
@click.option("--show", type=int, metavar="N", help="Show an answer that was kept.")
@click.option("--diff", type=int, nargs=2, metavar="A B", help="From one to another.")
@click.option(
    "--restore", type=int, metavar="N", help="Write one beside your present file."
)
@answers_option
def history(
    question: Any,
    show: int | None,
    diff: tuple[int, int] | None,
    restore: int | None,
    answers: Path,
) -> None:
    """List your attempts at a question, and the answers kept of them.

    An answer is kept when the time is up, at a reveal, and at the end.
    """
    from backprep.journal.snapshots import kept

    if sum(option is not None for option in (show, diff, restore)) > 1:
        raise click.UsageError("Choose one of --show, --diff and --restore.")
    coach = open_coach(answers)
    found = kept((event for _, event in coach.journal.events()), question.id)

    def text(number: int) -> str:
        return coach.snapshots.get(_numbered(found, number, question).digest)

    if show is not None:
        console.python(text(show))
    elif diff is not None:
        old, new = (text(number).splitlines() for number in diff)
        names = (f"{question.slug} {number}" for number in diff)
        console.diff(difflib.unified_diff(old, new, next(names), next(names)))
        if old == new:
            click.echo("They are the same.")
    elif restore is not None:
        path = question.answer_path(answers)
        moment = datetime.fromisoformat(_numbered(found, restore, question).event.at)
        _restore(text(restore), path, moment)
    else:
        _list(question, coach, found, answers)


def _numbered(found: list[Kept], number: int, question: Any) -> Kept:
    if not found:
        raise click.UsageError(f"No answer to {question} was kept yet.")
    if not 1 <= number <= len(found):
        raise click.UsageError(
            f"There is no answer {number} to {question}; they are numbered from 1 "
            f"to {len(found)}."
        )
    return found[number - 1]


def _restore(text: str, path: Path, moment: datetime) -> None:
    from backprep import files

    restored = path.with_name(f"{path.stem}.restored-{moment:%Y%m%d-%H%M%S}.py")
    same = restored.is_file() and restored.read_text(encoding="utf-8") == text
    if not same:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_new(restored, text)
    click.echo(f"It is in {restored}; {path} is as it was.")
    click.echo(f"To go on from it: {shlex.join(['cp', str(restored), str(path)])}")


def _list(question: Any, coach: Coach, found: list[Kept], answers: Path) -> None:
    attempts = coach.history.of(question.id)
    if not attempts:
        command = f"backprep practice {question.slug}{as_option(answers)}"
        click.echo(f"No attempt at {question} yet: {command}")
        click.echo(
            "A check counts as soon as it passes; one that fails, in an attempt."
        )
        return
    click.secho(f"{question}: {question.title}", bold=True)
    for attempt in sorted(attempts, key=lambda a: datetime.fromisoformat(a.started)):
        click.echo(f"\n{_about(attempt)}")
        for number, one in enumerate(found, 1):
            if one.event.attempt == attempt.id:
                at = datetime.fromisoformat(one.event.at)
                where = "" if coach.snapshots.path(one.digest).is_file() else _ELSEWHERE
                moment = MOMENTS.get(one.event.kind, one.event.kind)
                click.echo(
                    f"  {number:3}  {at:%H:%M}  {moment:8} {one.digest[:8]}{where}"
                )
    if found:
        option = as_option(answers)
        command = f"backprep history {question.slug}"
        last = len(found)
        click.echo(f"\n{command} --show {last}{as_option()}")
        if last > 1:
            click.echo(f"{command} --diff {last - 1} {last}{as_option()}")
        click.echo(f"{command} --restore {last}{option}")


_ELSEWHERE = "  (kept on another machine)"


def _about(attempt: Attempt) -> str:
    from backprep.journal.grading import chosen, grade

    begun = datetime.fromisoformat(attempt.started)
    rating = chosen(attempt)
    mock = ", in a mock interview" if attempt.mock else ""
    worth = f"{rating.capitalize()}: " if rating else ""
    when = f"{begun:%a} {begun.day} {begun:%b %Y, %H:%M}"
    return f"{when}  {worth}{grade(attempt).reason}{mock}"
