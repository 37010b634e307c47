"""Cards in the terminal: one at a time, turned over and graded by single keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import click

from backprep.bank.cards import Card
from backprep.bank.pasting import as_option
from backprep.clock import counted, day_in_words
from backprep.journal.grading import RATINGS, Graded, Review
from backprep.practice.cards import Deck
from backprep.practice.schedule import next_after
from backprep.terminal import console
from backprep.terminal.ascii import in_ascii
from backprep.terminal.keyboard import END, Keyboard

if TYPE_CHECKING:
    from backprep.practice.coach import Coach


class Key(NamedTuple):
    """A key of the cards, and what it does."""

    keys: tuple[str, ...]
    """What the terminal sends for it."""
    sign: str
    what: str


FLIP = Key((" ", "\r", "\n"), "Space", "show the answer")
GRADES = tuple(
    Key((str(n),), str(n), rating.capitalize()) for n, rating in enumerate(RATINGS, 1)
)
QUESTION = Key(("o", "O"), "o", "its question")
LEAVE = Key(("q", "Q", END), "q", "end")


class CardScreen:
    """Shows what `deck` has next, until it is empty, the time is over or the user
    ends it; each grade is in the journal before the next card is shown."""

    def __init__(
        self, coach: Coach, deck: Callable[[], Deck], minutes: float | None
    ) -> None:
        self.graded: list[Graded] = []
        """What was graded here, in its order."""
        self._coach = coach
        self._deck = deck
        self._seconds = None if minutes is None else minutes * 60
        self._began = coach.clock.monotonic()
        self._card: Card | None = None
        self._left = 0
        self._turned = self._asked = False

    def go_through(self) -> None:
        """Card after card. Raises KeyboardInterrupt."""
        from rich.console import Console

        # the terminal's other screen: what stood on the first stands there afterwards
        with Keyboard() as keyboard, Console().screen(hide_cursor=True):
            while self._take() and self._grade(keyboard.pressed):
                pass

    def _take(self) -> bool:
        """Take up the next card, if there is one and time for it."""
        found = self._deck().cards
        self._left = len(found)
        self._card = found[0] if found else None
        self._turned = self._asked = False
        return self._card is not None and self._remaining != 0

    @property
    def _remaining(self) -> float | None:
        """Seconds left; None where nobody counts them."""
        if self._seconds is None:
            return None
        gone = self._coach.clock.monotonic() - self._began
        return max(0.0, self._seconds - gone)

    def _grade(self, next_key: Callable[[], str]) -> bool:
        """Let the user turn the card over and grade it; False where they end here."""
        assert self._card is not None
        while True:
            self._draw()
            pressed = next_key()
            if pressed in LEAVE.keys:
                return False
            if pressed in QUESTION.keys:
                self._asked = True
            elif not self._turned:
                self._turned = pressed in FLIP.keys
            else:
                for key, rating in zip(GRADES, RATINGS, strict=True):
                    if pressed in key.keys:
                        self._coach.grade_card(self._card, rating)
                        self.graded.append(Graded(self._card.key, "", rating))
                        return True

    def _draw(self) -> None:
        card = self._card
        if card is None:
            return
        click.clear()
        self._head(card)
        console.markdown(card.front)
        if self._turned:
            _say(f"\n{'─' * console.width()}\n", dim=True)
            console.markdown(card.back)
            click.echo()
            for line in self._grades(card):
                _say(line)
        if self._asked:
            click.echo()
            name = f"{card.question.slug}{as_option()}"
            _say(f"  backprep show {name}\n  backprep practice {name}")
        if self._coach.trouble:
            click.secho(f"\n{self._coach.trouble}", fg="yellow")
        click.echo()
        keys = [QUESTION, LEAVE] if self._turned else [FLIP, QUESTION, LEAVE]
        _say("   ".join(f"{key.sign} {key.what}" for key in keys), dim=True)

    def _head(self, card: Card) -> None:
        seen = len({one.question for one in self.graded})
        question = card.question
        _say(f"{question.topic_title}: {question.title}", dim=True)
        parts = [counted(self._left, "card") + " left"]
        if seen:
            parts.append(f"{seen} seen")
        if self._remaining is not None:
            parts.append(f"{self._remaining / 60:.0f} min left")
        _say(" · ".join(parts), dim=True)
        click.echo()

    def _grades(self, card: Card) -> list[str]:
        """The grades, each with the day on which the card would come again, where that
        is not settled already."""
        today = self._coach.clock.now().date()
        reviews = [
            r for r in self._coach.history.card_reviews if r.question == card.key
        ]
        if any(review.day == today for review in reviews):
            return ["   ".join(f"{key.sign} {key.what}" for key in GRADES)]
        days = [
            next_after(reviews, Review(card.key, today, rating), self._coach.interview)
            for rating in RATINGS
        ]
        return [
            f"{key.sign} {key.what:6} {_again(day, today)}"
            for key, day in zip(GRADES, days, strict=True)
        ]


def _again(day: date, today: date) -> str:
    away = (day - today).days
    return "tomorrow" if away == 1 else f"in {away} days, {day_in_words(day, today)}"


def _say(text: str, **style: bool) -> None:
    click.secho(text if console.unicode() else in_ascii(text), **style)  # type: ignore[arg-type]
