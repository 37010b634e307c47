"""`backprep stats`: how practice has gone."""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backprep.bank.aims import EVERYTHING
from backprep.bank.pasting import as_option
from backprep.cli.options import FilePath, answers_option, open_coach
from backprep.clock import counted
from backprep.terminal import console

if TYPE_CHECKING:
    from backprep.bank.aims import Aim
    from backprep.journal.attempt import Attempt
    from backprep.practice.stats import Cards, Covered, Sample, Share, Topic

HEADINGS = ("tried", "passed", "first run", "time / target", "due")
MEANING = (
    "Passed: questions passed at least once, with no clock running too, and how many "
    "of them within their minutes. First run: of the attempts with a run. "
    "Time / target: median of the attempts that passed, their least and most, and how "
    "many they are."
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="One row for each attempt.")
@click.option(
    "--plot",
    type=FilePath(dir_okay=False),
    help="Draw it to an SVG file.",
)
@answers_option
def stats(as_json: bool, as_csv: bool, plot: Path | None, answers: Path) -> None:
    """Show how practice has gone: every attempt counts, whatever became of it."""
    import csv

    from backprep.practice import stats as figures
    from backprep.practice.suggest import due_today

    if as_json and as_csv:
        raise click.UsageError("Choose one of --json and --csv.")
    if plot and plot.suffix != ".svg":
        raise click.UsageError(f"{plot} must end in .svg: it is an SVG that is drawn.")
    coach = open_coach(answers)
    questions = list(coach.questions.values())
    attempts = list(coach.history.attempts.values())
    due = [one.question for one in due_today(coach)]
    topics = figures.by_topic(attempts, questions, due)
    aimed = {
        aim: figures.covered(attempts, aim.path(questions))
        for aim in dict.fromkeys([coach.aim, EVERYTHING])
    }
    cards = figures.cards(coach.cards, coach.history.cards, coach.deck().waiting)
    if as_csv:
        rows = figures.rows(attempts)
        writer = csv.DictWriter(sys.stdout, figures.COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    elif as_json:
        told = {
            **_told(attempts, topics, cards),
            "aim": coach.aim.name,
            "covered": {aim.name: asdict(covered) for aim, covered in aimed.items()},
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    elif not attempts and not cards.seen:
        click.echo(f"No attempt yet. The first: backprep practice{as_option(answers)}")
    else:
        titles = {q.topic: q.topic_title for q in questions}
        if attempts:
            click.echo(_table(attempts, topics, titles))
        if attempts and coach.aim.parts:
            click.echo(f"\n{_beside(aimed)}")
        if cards.seen:
            click.echo(f"\n{_about(cards)}" if attempts else _about(cards))
    if plot and attempts:
        _draw(attempts, [question.id for question in questions], plot)
        click.echo(f"The picture is in {plot}", err=as_json or as_csv)


def _told(attempts: list[Attempt], topics: list[Topic], cards: Cards) -> dict[str, Any]:
    from backprep.practice import stats as figures

    trend = figures.trend(attempts)
    return {
        "attempts": len(attempts),
        "outcomes": figures.outcomes(attempts),
        "topics": [asdict(topic) for topic in topics],
        "weakest": [topic.topic for topic in figures.weakest(topics)],
        "cards": asdict(cards),
        "trend": [asdict(half) for half in trend] if trend else None,
    }


def _table(attempts: list[Attempt], topics: list[Topic], titles: dict[str, str]) -> str:
    from backprep.practice import stats as figures

    def title(topic: Topic) -> str:
        # a topic of which the bank has no question any more has its name
        return titles.get(topic.topic, topic.topic)

    counts = ", ".join(f"{n} {name}" for name, n in figures.outcomes(attempts).items())
    head = f"{counted(len(attempts), 'attempt')}: {counts}"
    rows = [(title(topic), *_cells(topic)) for topic in topics]
    lines = [textwrap.fill(head, console.width()), "", *_laid_out(rows)]
    lines += ["", textwrap.fill(MEANING, console.width())]
    if weak := figures.weakest(topics):
        lines += ["", "Weakest, by the share of attempts passed in time:"]
        lines += [
            f"  {title(topic)}: {topic.in_time.count} of {topic.in_time.of}"
            for topic in weak
        ]
    if trend := figures.trend(attempts):
        before, after = map(_sample, trend)
        lines += ["", "Time / target, of what passed:"]
        lines += [f"  earlier half: {before}", f"  later half:   {after}"]
    return "\n".join(lines)


def _beside(aimed: dict[Aim, Covered]) -> str:
    """How far one has come with the aim, and with everything beside it."""
    width = max(len(aim.title) for aim in aimed) + 2
    return "\n".join(
        f"{aim.title + ':':{width}}{covered.attempted} of {covered.questions} tried, "
        f"{covered.passed} passed"
        for aim, covered in aimed.items()
    )


def _about(cards: Cards) -> str:
    """The cards in a line."""
    known = f"known {cards.known.count} of {cards.known.of} times"
    return f"Cards: {cards.seen} of {cards.cards} seen, {cards.due} due; {known}"


def _cells(topic: Topic) -> tuple[str, ...]:
    """What stands in a topic's row, in the order of HEADINGS."""
    return (
        f"{topic.attempted} of {topic.questions}",
        f"{topic.passed}, {topic.passed_in_time} in time",
        _share(topic.first_run),
        _sample(topic.against_target),
        str(topic.due),
    )


def _laid_out(rows: list[tuple[str, ...]]) -> list[str]:
    """A table where the terminal is wide enough for it, else a line for each cell."""
    table = [("", *HEADINGS), *rows]
    widths = [
        max(len(cell) for cell in column) + 2 for column in zip(*table, strict=True)
    ]
    lines = [
        "".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        for row in table
    ]
    lines = [line.rstrip() for line in lines]
    if max(map(len, lines)) <= console.width():
        return lines
    narrow = []
    for name, *cells in rows:
        named = zip(HEADINGS, cells, strict=True)
        narrow += [name, *(f"  {heading:13}  {cell}" for heading, cell in named)]
    return narrow


def _share(share: Share) -> str:
    if share.value is None:
        return "-"
    return f"{share.value:.0%} (n={share.of})"


def _sample(sample: Sample) -> str:
    if sample.median is None:
        return "-"
    spread = f"{sample.low:.2f} to {sample.high:.2f}, " if sample.size > 1 else ""
    return f"{sample.median:.2f} ({spread}n={sample.size})"


def _draw(attempts: list[Attempt], order: list[str], path: Path) -> None:
    from backprep import files
    from backprep.plots import style
    from backprep.plots.progress import progress

    picture = style.svg(
        lambda scheme: progress(attempts, order, scheme), style.LIGHT, "white"
    )
    files.write(path, picture)
