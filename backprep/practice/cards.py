"""Which cards to go through today, and on the days to come; no clock and no file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from backprep.bank.cards import Card
from backprep.clock import counted
from backprep.journal.grading import Graded, Review, first_of_days
from backprep.practice.schedule import due_dates, interleaved

NEW_A_DAY = 20
"""New cards on a day, unless somebody asks for another number."""
SECONDS = 30
"""About as long as a card takes."""


class Deck(NamedTuple):
    """What there is to go through on a day, in this order."""

    due: list[Card]
    """The longest overdue first, no two of a topic in a row while others are left."""
    new: list[Card]
    """As many as the day still has room for."""
    again: list[Card]
    """Not known today, and not since; the one that was seen last comes last."""

    @property
    def cards(self) -> list[Card]:
        """All of them; what comes first is next."""
        return [*self.due, *self.new, *self.again]

    @property
    def waiting(self) -> int:
        """How many are due today, those that were not known today among them."""
        return len(self.due) + len(self.again)


@dataclass(frozen=True)
class Tally:
    """What going through cards came to."""

    seen: int
    known: int
    """How many of them were known the first time."""
    again: int
    """How many were not known in the end either."""


def deck(
    cards: Sequence[Card],
    graded: Iterable[Graded],
    tried: Collection[str],
    today: date,
    interview: date | None = None,
    new_a_day: int = NEW_A_DAY,
) -> Deck:
    """Choose from `cards`, by every grade that was ever given to one.

    A card falls due as a question does. New are the cards of the questions in
    `tried` that have no grade yet; each topic takes its turn.
    """
    graded = list(graded)
    reviews = first_of_days(graded)
    dates = {key: due.on for key, due in due_dates(reviews, interview).items()}
    by_key = {card.key: card for card in cards}
    due = sorted(
        (key for key in by_key if key in dates and dates[key] <= today),
        key=lambda key: (dates[key], key),
    )
    first = {review.question: review.day for review in reversed(reviews)}
    room = max(0, new_a_day - sum(day == today for day in first.values()))
    fresh = interleaved(
        key for key in by_key if key not in dates and by_key[key].question.id in tried
    )
    last: dict[str, str] = {}
    for one in of_day(graded, today):
        last.pop(one.question, None)  # what was seen again comes after the others
        last[one.question] = one.rating
    again = [key for key, rating in last.items() if rating == "again" and key in by_key]
    return Deck(
        [by_key[key] for key in interleaved(due)],
        [by_key[key] for key in fresh[:room]],
        [by_key[key] for key in again],
    )


def of_day(graded: Iterable[Graded], day: date) -> list[Graded]:
    """What was graded on a local day."""
    return [one for one in graded if one.ended[:10] == day.isoformat()]


def forecast(
    cards: Iterable[Card], graded: Iterable[Graded], today: date, interview: date
) -> dict[date, int]:
    """How many of `cards` come on each day before the interview, if all go well.

    Those without a grade do not come by themselves.
    """
    days: Counter[date] = Counter()
    reviews: dict[str, list[Review]] = {card.key: [] for card in cards}
    for review in first_of_days(graded):
        reviews.get(review.question, []).append(review)
    for key, done in reviews.items():
        while done:
            on = max(today, due_dates(done, interview)[key].on)
            if on >= interview:
                break
            days[on] += 1
            done.append(Review(key, on, "good"))
    return dict(sorted(days.items()))


def minutes(number: int) -> int:
    """About how long so many cards take."""
    return -(-number * SECONDS // 60)


def in_words(tally: Tally, tomorrow: int) -> str:
    """What going through cards came to, in a line; `tomorrow` are due then."""
    if not tally.seen:
        return "No card graded."
    parts = [f"{counted(tally.seen, 'card')}, {tally.known} known."]
    if tally.again:
        parts.append(f"{tally.again} {_come(tally.again)} again today.")
    if tomorrow:
        parts.append(f"{tomorrow} {_come(tomorrow)} tomorrow.")
    return " ".join(parts)


def due_on(
    cards: Iterable[Card],
    graded: Iterable[Graded],
    day: date,
    interview: date | None = None,
) -> int:
    """How many of `cards` fall due on a day."""
    dates = due_dates(first_of_days(graded), interview)
    return sum(card.key in dates and dates[card.key].on == day for card in cards)


def tally(graded: Sequence[Graded]) -> Tally:
    """What these grades come to."""
    first = {one.question: one.rating for one in reversed(graded)}
    last = {one.question: one.rating for one in graded}
    known = sum(rating != "again" for rating in first.values())
    return Tally(len(first), known, sum(r == "again" for r in last.values()))


def _come(number: int) -> str:
    return "comes" if number == 1 else "come"
