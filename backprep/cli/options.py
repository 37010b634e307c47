"""What several commands take and need."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.shell_completion import CompletionItem

from backprep.bank.aims import UnknownAim, find_aim, load_aims
from backprep.bank.question import Question
from backprep.bank.questions import (
    UnknownQuestion,
    bank_root,
    find_question,
    load_questions,
)
from backprep.bank.topics import UnknownTopic, load_topics, must_be_topic
from backprep.printable import printable

if TYPE_CHECKING:
    from backprep.bank.aims import Aim
    from backprep.practice.coach import Coach
    from backprep.practice.counting import Judge


class FilePath(click.Path):
    """The path of a file or folder, whose name a terminal can show as it is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(path_type=Path, **options)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        if printable(str(value)) != str(value) or "\n" in str(value):
            self.fail(
                f"{printable(str(value))!r} has control characters in its name; "
                "choose another.",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


class QuestionName(click.ParamType[Any]):
    """A question's id, or enough of it."""

    name = "question"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        if isinstance(value, Question):
            return value
        try:
            question = find_question(value, load_questions())
        except UnknownQuestion as unknown:
            raise click.UsageError(printable(str(unknown))) from None
        answers = ctx.params.get("answers") if ctx is not None else None
        path = Path(value)
        if answers is not None and path.suffix == ".py" and path.is_file():
            meant = question.answer_path(answers)
            if not (meant.exists() and path.samefile(meant)):
                raise click.UsageError(
                    f"{value} is not the answer to {question.id} in {answers}; name "
                    "its folder with --answers, or the question alone."
                )
        return question

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        questions = load_questions()
        return [
            CompletionItem(q.id, help=q.title)
            for q in questions
            if q.id.startswith(incomplete) or q.slug.startswith(incomplete)
        ]


class TopicName(click.ParamType[str]):
    """The name of one of the bank's topics."""

    name = "topic"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        try:
            must_be_topic(value, load_topics(bank_root()))
        except UnknownTopic as unknown:
            raise click.UsageError(str(unknown)) from None
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [
            CompletionItem(topic.name, help=topic.title)
            for topic in load_topics(bank_root()).values()
            if topic.name.startswith(incomplete)
        ]


class AimName(click.ParamType[Any]):
    """The name of one of the bank's aims."""

    name = "aim"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        try:
            return find_aim(value, load_aims(bank_root()))
        except UnknownAim as unknown:
            raise click.UsageError(str(unknown)) from None

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [
            CompletionItem(aim.name, help=aim.about)
            for aim in load_aims(bank_root()).values()
            if aim.name.startswith(incomplete.lower())
        ]


class Amount(click.ParamType[float]):
    """A finite number above 0, and no larger than `most`."""

    most = math.inf
    example = "1"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            amount = float(value)
        except (TypeError, ValueError):
            amount = math.nan
        if not (math.isfinite(amount) and 0 < amount <= self.most):
            up_to = f" up to {self.most:g}" if math.isfinite(self.most) else ""
            self.fail(
                f"{value} is not a number of {self.name} above 0{up_to}, "
                f"like {self.example}.",
                param,
                ctx,
            )
        return amount


class Seconds(Amount):
    """A time to wait."""

    name = "seconds"
    example = "30"


class Minutes(Amount):
    """A time to work, a day at most."""

    name = "minutes"
    most = 24 * 60
    example = "25"


question_argument = click.argument("question", type=QuestionName())
answers_option = click.option(
    "--answers",
    type=FilePath(),
    default="answers",
    show_default=True,
    is_eager=True,  # a question that is named by its file lies in this folder
    help="The folder of your answers.",
)
aim_option = click.option(
    "--aim",
    type=AimName(),
    help="What you prepare for, like foundations; it is remembered.",
)
minutes_type = click.IntRange(1, 24 * 60)


def use_bank(
    context: click.Context, option: click.Parameter, folder: Path | None
) -> None:
    """Let this process, and whatever it starts, take the questions of a folder."""
    if folder is not None:
        os.environ["BACKPREP_BANK"] = str(folder.resolve())


bank_option = click.Option(
    ["--bank"],
    type=FilePath(file_okay=False),
    is_eager=True,  # before a question is looked for
    expose_value=False,
    callback=use_bank,
    help="The folder of a bank of your own; BACKPREP_BANK names it, too.",
)


def open_coach(answers: Path) -> Coach:
    """The coach over this user's journal. Raises JournalError."""
    from backprep.journal.journal import Journal, home
    from backprep.practice.coach import Coach

    coach = Coach(Journal(home()), answers, load_questions())
    say_trouble(coach)
    return coach


def lenient_coach(
    answers: Path, questions: Sequence[Question], judge: Judge | None = None
) -> Coach:
    """The coach of a command that does its work where the journal fails, too: it is
    opened when something is written down. `say_trouble` says what failed."""
    from backprep.journal.journal import Journal, home
    from backprep.practice.coach import Coach

    return Coach(Journal(home(), at_once=False), answers, questions, judge=judge)


def take_aim(coach: Coach, aim: Aim | None) -> None:
    """Remember the aim that was named, if one was."""
    if aim is not None:
        coach.take_aim(aim)
        say_new_trouble(coach)


def say_new_trouble(coach: Coach) -> None:
    """Say on standard error what went wrong since the journal was opened, if anything
    did: what it was opened with was said then."""
    if coach.trouble != coach.journal.notice:
        say_trouble(coach)


def say_trouble(coach: Coach) -> None:
    """Say on standard error what is wrong with the journal, if anything is."""
    if coach.trouble:
        click.echo(coach.trouble, err=True)


def about(q: Any) -> None:
    """Print a question's title, and what kind of question it is."""
    click.secho(q.title, bold=True)
    click.secho(f"{q.id}, {q.kind}, {q.level}, {q.minutes} minutes\n", dim=True)


def fail(message: str, code: int) -> NoReturn:
    """Say why on standard error, and end with this exit code."""
    click.echo(printable(message), err=True)
    sys.exit(code)
