"""`backprep plan`: what to do on each day until the interview."""

from __future__ import annotations

import json
import textwrap
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backprep.cli.options import (
    FilePath,
    aim_option,
    answers_option,
    minutes_type,
    open_coach,
    say_new_trouble,
    take_aim,
)
from backprep.terminal import console

if TYPE_CHECKING:
    from backprep.bank.aims import Aim
    from backprep.bank.question import Question
    from backprep.practice.plan import Plan

FARTHEST = 366
WIDE = 76
"""Characters that the table needs for whole names."""


class Day(click.ParamType[date]):
    """A date, written as in 2026-12-14."""

    name = "day"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is not a date like 2026-12-14.", param, ctx)


@click.command()
@click.option("--date", "interview", type=Day(), help="The day of the interview.")
@click.option("--minutes", type=minutes_type, help="How long you have each day.")
@click.option(
    "--ics",
    type=FilePath(dir_okay=False),
    help="Write it as a calendar file too.",
)
@aim_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@answers_option
def plan(
    interview: date | None,
    minutes: int | None,
    aim: Any,
    ics: Path | None,
    as_json: bool,
    answers: Path,
) -> None:
    """Show what to do on each day until the interview.

    The date, the minutes and the aim are remembered: `backprep plan` alone makes the
    plan anew from what has happened since.
    """
    from backprep import files
    from backprep.journal.history import Planned
    from backprep.practice.cards import forecast
    from backprep.practice.plan import plan as planned

    coach = open_coach(answers)
    today = coach.clock.now().date()
    known = coach.history.planned
    on = interview or coach.history.interview
    if on is None:
        raise click.UsageError("Say when the interview is, as in --date 2026-12-14.")
    if on <= today:
        raise click.UsageError(
            f"{on} is {'today' if on == today else 'over'}; "
            "a plan needs a --date from tomorrow on."
        )
    if on > today + timedelta(days=FARTHEST):
        raise click.UsageError(f"{on} is more than a year away; plan for less.")
    take_aim(coach, aim)
    a_day = minutes or (known.minutes if known else 60)
    if known != Planned(on, a_day):
        coach.plan(on, a_day)
        say_new_trouble(coach)
    made = planned(
        coach.path,
        coach.history.reviews,
        today,
        on,
        a_day,
        coach.worked,
        forecast(coach.cards, coach.history.cards, today, on),
    )
    if ics is not None:
        from backprep.practice.calendar import calendar

        files.write(ics, calendar(made, coach.clock.now()))
    told = {**_told(made), "aim": coach.aim.name}
    click.echo(json.dumps(told) if as_json else _table(made, today, coach.aim))
    if ics is not None and not as_json:
        click.echo(f"The calendar is in {ics}")


def _told(plan: Plan) -> dict[str, Any]:
    days = [
        {
            "date": day.on.isoformat(),
            "minutes": day.minutes,
            "cards": {"due": day.cards, "minutes": day.card_minutes},
            "questions": [
                {
                    "question": item.question.id,
                    "minutes": item.question.minutes,
                    "new": item.new,
                }
                for item in day.items
            ],
        }
        for day in plan.days
    ]
    return {
        "date": plan.interview.isoformat(),
        "minutes": plan.minutes,
        "days": days,
        "not_again": [question.id for question in plan.not_again],
        "left": [question.id for question in plan.left],
    }


def _table(plan: Plan, today: date, aim: Aim) -> str:
    from backprep.clock import counted, day_in_words, in_minutes

    left = (plan.interview - today).days
    lines = [
        f"{left} {'day' if left == 1 else 'days'} until the interview on "
        f"{day_in_words(plan.interview, today)}, {in_minutes(plan.minutes)} a day",
        *([f"Aim: {aim.title}"] if aim.parts else []),
        "",
    ]
    narrow = console.width() < WIDE
    gap = " " if narrow else "  "
    names = [day_in_words(day.on, today) for day in plan.days]
    width = max(10, *map(len, names))
    for name_of_day, day in zip(names, plan.days, strict=True):
        total = day.minutes + day.card_minutes
        head = f"{name_of_day:{width}}  {total:3} min  "
        if not day.items and not day.cards:
            lines.append(f"{name_of_day:{width}}     free")
        for n, item in enumerate(day.items):
            begins = " " * len(head) if n else head
            kind = "new" if item.new else "review"
            question = item.question
            name = question.slug if narrow else question.id
            lines.append(f"{begins}{kind:6}{gap}{question.minutes:2} min{gap}{name}")
        if day.cards:
            begins = " " * len(head) if day.items else head
            count = counted(day.cards, "card")
            lines.append(f"{begins}cards {gap}{day.card_minutes:2} min{gap}{count}")
    lines.append("")
    for day in plan.too_long:
        takes = f"{day.items[0].question.id} takes {day.minutes} minutes"
        lines.append(f"{day_in_words(day.on, today)}: {takes}, and has the day alone.")
    if plan.not_again:
        lines.append(_listed("No room to come once more", plan.not_again))
    if plan.left:
        lines.append(_listed("No room at all", plan.left))
    lines.append("It supposes that all goes well; backprep plan makes it anew.")
    return "\n".join(lines)


def _listed(what: str, questions: list[Question]) -> str:
    names = ", ".join(question.id for question in questions)
    return textwrap.fill(f"{what}: {names}", console.width(), subsequent_indent="  ")
