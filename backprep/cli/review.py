"""`backprep review`: what is due today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backprep.bank.pasting import as_option
from backprep.cli.options import answers_option, minutes_type, open_coach
from backprep.clock import counted, in_minutes
from backprep.terminal import console

if TYPE_CHECKING:
    from backprep.practice.schedule import Due

WIDE = 80
"""Characters that a line needs for the title too."""


@click.command()
@click.option("--minutes", type=minutes_type, help="How long you have today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@answers_option
def review(minutes: float | None, as_json: bool, answers: Path) -> None:
    """Show what is due today and why, as far as the minutes go.

    Without --minutes it takes those of your plan, where there is one.
    """
    from backprep.practice import due_today as reviews
    from backprep.practice.cards import minutes as minutes_of_cards

    coach = open_coach(answers)
    if minutes is None and coach.history.planned is not None:
        minutes = coach.history.planned.minutes
    on = coach.clock.now().date()
    due = [d for d in coach.due().values() if d.question in coach.questions]
    today = reviews.today(due, coach.questions, on, minutes)

    def told(one: Due) -> dict[str, Any]:
        question = coach.questions[one.question]
        return {
            "question": question.id,
            "title": question.title,
            "minutes": question.minutes,
            "due": one.on.isoformat(),
            "why": reviews.why(one, coach.history.of(question.id), on),
        }

    cards = coach.deck().waiting
    now, later = [told(one) for one in today.now], [told(one) for one in today.later]
    if as_json:
        counts = {
            "tomorrow": today.tomorrow,
            "week": today.week,
            "cards": {"due": cards, "minutes": minutes_of_cards(cards)},
        }
        rows = {"date": on.isoformat(), "minutes": minutes, "now": now, "later": later}
        click.echo(json.dumps(rows | counts, ensure_ascii=False))
        return
    if not now:
        click.secho("No question is due today.", bold=True)
        if not due:
            click.echo("A question is due for review after its first attempt.")
        click.echo(f"To go on with a new one: backprep practice{as_option(answers)}")
    else:
        takes = sum(row["minutes"] for row in now)
        click.secho(f"Due today: {len(now)}, in {takes} minutes\n", bold=True)
        for row in now:
            title = row["title"] if console.width() >= WIDE else ""
            line = f"  {row['question']:38} {row['minutes']:2} min  {title}"
            click.echo(line.rstrip())
            click.secho(f"    {row['why']}", dim=True)
        if minutes is not None and takes > minutes:
            click.echo(f"\nIt alone takes more than your {in_minutes(minutes)}.")
        if later:
            names = ", ".join(row["question"] for row in later)
            click.echo(f"\nDue too, when there is time: {names}")
        first = now[0]["question"].rpartition("/")[2]
        click.echo(f"\nTo begin: backprep practice {first}{as_option(answers)}")
    if cards:
        takes = in_minutes(minutes_of_cards(cards))
        begin = f"backprep cards{as_option(answers)}"
        click.echo(f"{counted(cards, 'card')} due, about {takes}: {begin}")
    if due:
        click.echo(f"Tomorrow {today.tomorrow}, within a week {today.week}.")
