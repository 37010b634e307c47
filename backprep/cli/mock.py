"""`backprep mock`: an interview with a clock, or its sheet for a friend."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backprep.bank.pasting import as_option
from backprep.cli.options import (
    AimName,
    FilePath,
    TopicName,
    answers_option,
    lenient_coach,
    minutes_type,
    open_coach,
)
from backprep.clock import in_minutes
from backprep.practice.mock import LARGEST_SEED, SEEDS
from backprep.terminal import console

if TYPE_CHECKING:
    from backprep.bank.question import Question
    from backprep.journal.history import Mock
    from backprep.practice.coach import Coach


@click.command()
@click.option(
    "--minutes",
    type=minutes_type,
    default=45,
    show_default=True,
    help="How long the interview takes.",
)
@click.option("--topics", help="Ask about these only, like autograd,amp.")
@click.option(
    "--aim",
    type=AimName(),
    help="Draw from the questions of this aim; yours, if no option says what to ask.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, LARGEST_SEED),
    help="Draw the set that this number stands for; a partner gets the same.",
)
@click.option(
    "--interviewer", is_flag=True, help="Print the sheet for a friend who asks you."
)
@click.option(
    "--save",
    type=FilePath(dir_okay=False),
    help="Write the debrief to a file.",
)
@answers_option
def mock(
    minutes: int,
    topics: str | None,
    aim: Any,
    seed: int | None,
    interviewer: bool,
    save: Path | None,
    answers: Path,
) -> None:
    """A mock interview: mixed questions, one clock, no hints and no answers.

    Its answers are written to a folder of their own, so that none is there
    already. What it came to is shown when it is over.
    """
    import secrets

    from backprep.bank.questions import load_questions
    from backprep.practice import interviewer_sheet
    from backprep.practice.mock import choose

    if interviewer and save:
        raise click.UsageError("A sheet has no debrief to --save; write it with > FILE")
    wanted = _topics(topics)
    number = secrets.randbelow(SEEDS) if seed is None else seed
    again = f"backprep mock --minutes {minutes:g} --seed {number}{as_option()}"
    again += f" --topics {','.join(wanted)}" if wanted else ""
    questions = load_questions()
    open_draw = seed is None and not wanted
    of = lenient_coach(answers, questions)
    of.sync()
    drawn = of.aim_of_draw(aim, open=open_draw)
    again += f" --aim {shlex.quote(drawn.name)}" if drawn.parts else ""
    chosen = choose(drawn.path(questions), minutes, number, wanted)
    if not chosen:
        raise click.UsageError(
            f'No question of "{drawn.title}" fits {in_minutes(minutes)}; allow more.'
            if drawn.parts
            else f"No question fits {in_minutes(minutes)}; allow more."
        )
    if interviewer:
        console.markdown(interviewer_sheet.sheet(chosen, minutes, number))
        return
    if not console.is_terminal():
        raise click.UsageError(
            "A mock interview needs a terminal. What works here: "
            f"{again} --interviewer, and backprep check QUESTION{as_option(answers)}."
        )
    if save and save.exists():
        raise click.UsageError(f"{save} is there already; name another file.")
    if save and not save.absolute().parent.is_dir():
        raise click.UsageError(
            f"There is no folder {save.parent}; make it, or name another file."
        )
    coach = open_coach(answers)
    mock_id = _interrupted(coach)
    if mock_id is None:
        console.markdown(
            f"# Mock interview\n\n{interviewer_sheet.timetable(chosen, minutes)}"
        )
        click.echo(f"\nThe same for a partner: {again}")
        click.echo("No hints and no answers until it is over.")
        click.confirm("Go to the first question?", default=True, abort=True)
        mock_id = coach.begin_mock(
            minutes, wanted, number, [question.id for question in chosen]
        )
    _hold(coach, mock_id, answers, save)


def _topics(text: str | None) -> list[str]:
    wanted = [name.strip() for name in (text or "").split(",") if name.strip()]
    return sorted({TopicName()(name) for name in wanted})


def _interrupted(coach: Coach) -> str | None:
    """The mock interview that was left in the middle, if the user goes on with it;
    one that they do not go on with is over."""
    open_ones = [mock for mock in coach.history.mocks.values() if mock.ended is None]
    for mock in sorted(open_ones, key=lambda mock: mock.at, reverse=True):
        begun = datetime.fromisoformat(mock.at)
        click.echo(f"The mock interview of {begun:%H:%M on %Y-%m-%d} is not over.")
        if click.confirm("Go on with it?", default=True):
            return mock.id
        for attempt in coach.unfinished():
            if attempt.mock == mock.id:
                coach.finish(attempt.id, "abandoned")
        coach.finish_mock(mock.id)
    return None


def _hold(coach: Coach, mock_id: str, answers: Path, save: Path | None) -> None:
    """Let the screen ask the questions, and show what came of it."""
    from backprep import files, screen
    from backprep.practice.coach import Coach
    from backprep.practice.debrief import debrief
    from backprep.practice.mock import answers_of

    known = coach.history.mocks[mock_id]
    folder = answers_of(known, answers)
    held = Coach(coach.journal, folder, list(coach.questions.values()))
    questions = _still_there(known, coach)
    again = f"backprep mock{as_option(answers)}"
    if save:
        again += f" --save {shlex.quote(str(save))}"
    screen.run_mock(held, mock_id, questions, known.minutes, again=again)
    held.sync()
    attempts = {
        attempt.question: attempt
        for attempt in held.history.attempts.values()
        if attempt.mock == mock_id
    }
    text = debrief(known, questions, attempts, held.due())
    console.markdown(text)
    click.echo(f"Your answers are in {folder}")
    if save:
        files.write_new(save, text)
        click.echo(f"The debrief is in {save}")


def _still_there(known: Mock, coach: Coach) -> list[Question]:
    return [coach.questions[q] for q in known.questions if q in coach.questions]
