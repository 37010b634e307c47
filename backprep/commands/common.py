"""What several commands take and need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from backprep.coach import Coach

PASSED, NOT_PASSED, USAGE, BROKEN, INTERRUPTED = 0, 1, 2, 3, 130
"""What a command's exit code says."""


class QuestionName(click.ParamType[Any]):
    """A question's id, or enough of it."""

    name = "question"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        from backprep import bank

        if isinstance(value, bank.Question):
            return value
        try:
            return bank.find(value, bank.load())
        except bank.UnknownQuestion as unknown:
            raise click.UsageError(str(unknown)) from None

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from backprep import bank

        questions = bank.load()
        return [
            CompletionItem(q.id, help=q.title)
            for q in questions
            if q.id.startswith(incomplete) or q.slug.startswith(incomplete)
        ]


question_argument = click.argument("question", type=QuestionName())
answers_option = click.option(
    "--answers",
    type=click.Path(path_type=Path),
    default="answers",
    show_default=True,
    help="The folder of your answers.",
)
minutes_type = click.IntRange(1, 24 * 60)


def as_option(answers: Path) -> str:
    """What a command must be given to use the same folder of answers."""
    return "" if answers == Path("answers") else f" --answers {answers}"


def open_coach(answers: Path) -> Coach:
    """The coach over this user's journal. Raises JournalError."""
    from backprep import bank
    from backprep.coach import Coach
    from backprep.journal import Journal, home

    coach = Coach(Journal(home()), answers, bank.load())
    if coach.trouble or coach.journal.notice:
        click.echo(coach.trouble or coach.journal.notice, err=True)
    return coach
