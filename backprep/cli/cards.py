"""`backprep cards`: follow-up questions as cards, those that are due first."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backprep.bank.pasting import as_option
from backprep.cli.options import Minutes, TopicName, answers_option, open_coach
from backprep.clock import counted
from backprep.exit_codes import INTERRUPTED
from backprep.practice.cards import NEW_A_DAY, due_on, in_words, tally
from backprep.terminal import console

if TYPE_CHECKING:
    from backprep.bank.cards import Card
    from backprep.practice.cards import Deck
    from backprep.practice.coach import Coach


@click.command()
@click.argument("topic", type=TopicName(), required=False)
@click.option("--minutes", type=Minutes(), help="Stop after so many minutes.")
@click.option(
    "--new",
    "new_a_day",
    type=click.IntRange(0),
    default=NEW_A_DAY,
    show_default=True,
    help="New cards a day.",
)
@click.option(
    "--all", "untried", is_flag=True, help="New cards of questions not attempted, too."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@answers_option
def cards(
    topic: str | None,
    minutes: float | None,
    new_a_day: int,
    untried: bool,
    as_json: bool,
    answers: Path,
) -> None:
    """Go through the follow-up questions, one card at a time.

    Think of the answer, turn the card over, and say how well you knew it. Cards that
    are due come first, then new ones of the questions that you have attempted. One
    that you did not know comes again at the end.
    """
    coach = open_coach(answers)
    chosen = [c for c in coach.cards if topic in (None, c.question.topic)]

    def deck() -> Deck:
        return coach.deck(chosen, new_a_day, untried=untried)

    again = " ".join(["backprep cards", *([topic] if topic else [])])
    again += f"{' --all' if untried else ''}{as_option(answers)}"
    now = deck()
    if as_json:
        click.echo(json.dumps(_told(coach, now), ensure_ascii=False))
    elif not now.cards:
        click.echo(_none(coach, chosen, new_a_day, untried, again))
    elif not console.is_terminal():
        for card in now.cards:
            click.secho(card.question.id, dim=True)
            console.markdown(f"{_flat(card.front)}\n\n{_flat(card.back)}\n")
    else:
        _go_through(coach, deck, minutes, again)


def _go_through(
    coach: Coach, deck: Callable[[], Deck], minutes: float | None, again: str
) -> None:
    from backprep.terminal.card_screen import CardScreen

    screen = CardScreen(coach, deck, minutes)
    try:
        screen.go_through()
        stopped = False
    except KeyboardInterrupt:
        stopped = True
    tomorrow = coach.clock.now().date() + timedelta(days=1)
    graded = coach.history.cards
    due = due_on(coach.cards, graded, tomorrow, coach.interview)
    click.secho(in_words(tally(screen.graded), due), bold=True)
    if left := len(deck().cards):
        verb = "is" if left == 1 else "are"
        click.echo(f"{counted(left, 'card')} {verb} left for today: {again}")
    if coach.trouble:
        click.echo(coach.trouble, err=True)
    if stopped:
        sys.exit(INTERRUPTED)


def _told(coach: Coach, deck: Deck) -> dict[str, Any]:
    groups = {"due": deck.due, "new": deck.new, "again": deck.again}
    return {
        "date": coach.clock.now().date().isoformat(),
        **{name: len(found) for name, found in groups.items()},
        "cards": [
            {
                "card": card.id,
                "question": card.question.id,
                "why": name,
                "front": _flat(card.front),
                "back": _flat(card.back),
            }
            for name, found in groups.items()
            for card in found
        ],
    }


def _none(
    coach: Coach, chosen: list[Card], new_a_day: int, untried: bool, again: str
) -> str:
    """Why there is no card now, and what there is to do."""
    more = coach.deck(chosen, len(coach.cards) + new_a_day, untried=untried).new
    if more:
        return (
            f"No card is due, and your new ones of today are done. {len(more)} more "
            f"wait: {again} --new {new_a_day + 10}"
        )
    others = coach.deck(chosen, len(coach.cards), untried=True).new
    if not others:
        return "No card is due today."
    begun = "No card is due today." if coach.history.cards else "No cards yet."
    return (
        f"{begun} New ones come with the questions that you attempt.\n"
        f"To take those of all questions: {again} --all"
    )


def _flat(text: str) -> str:
    """Markdown whose lines are not broken where the file's are."""
    return "\n".join(line.strip() for line in text.splitlines())
