"""What to do on each day until the interview; pure, no clock and no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from backprep.bank.question import Question
from backprep.journal.attempt import Attempt
from backprep.journal.grading import Review
from backprep.practice import cards as cards_of
from backprep.practice.schedule import due_dates, interleaved, next_after


class Item(NamedTuple):
    """A question on a day; `new` where it was never reviewed before."""

    question: Question
    new: bool


@dataclass
class Day:
    """What to do on one day."""

    on: date
    items: list[Item] = field(default_factory=list)
    cards: int = 0
    """How many cards are due."""

    @property
    def minutes(self) -> int:
        """How long its questions take."""
        return sum(item.question.minutes for item in self.items)

    @property
    def card_minutes(self) -> int:
        """About how long its cards take."""
        return cards_of.minutes(self.cards)


@dataclass(frozen=True)
class Plan:
    """The days until the interview, and what they have no room for."""

    interview: date
    minutes: float
    days: list[Day]
    not_again: list[Question]
    """What was seen, or will be, and has no room to come once more."""
    left: list[Question]
    """What has no room to be seen at all."""

    @property
    def too_long(self) -> list[Day]:
        """The days whose one question takes longer than a day's minutes."""
        return [
            day
            for day in self.days
            if day.items and day.minutes + day.card_minutes > self.minutes
        ]


def plan(
    questions: Sequence[Question],
    reviews: Iterable[Review],
    today: date,
    interview: date,
    minutes: float,
    worked: int = 0,
    cards: Mapping[date, int] = MappingProxyType({}),
) -> Plan:
    """The days from today to the eve of the interview, each of `minutes` at most.

    Of today, `worked` minutes are gone, and of each day those of its `cards`, so many
    as are due. A question longer than a day's minutes has
    a day for itself. A first look at a question goes before a second one at any,
    and one more look at each before those that come besides. The plan supposes
    that every look goes well; when one does not, it is made anew.
    """
    dates = [today + timedelta(days=n) for n in range((interview - today).days)]
    days = [Day(on, cards=cards.get(on, 0)) for on in dates]
    rooms = [max(0, minutes - day.card_minutes) for day in days]
    planner = _Planner(questions, reviews, interview, max(rooms, default=minutes))
    for n, day in enumerate(days):
        room = max(0, rooms[n] - (0 if n else worked))
        planner.fill(day, room, rooms[n + 1 :])
    not_again = [q for q in questions if q.id in planner.wanting]
    left = [q for q in questions if q.id in planner.unseen]
    return Plan(interview, minutes, days, not_again, left)


def worked(attempts: Iterable[Attempt], day: date) -> int:
    """Minutes of practice in the attempts that began on a day."""
    begun = [a.elapsed for a in attempts if date.fromisoformat(a.started[:10]) == day]
    return int(sum(begun) // 60)


class _Planner:
    """Fills one day after the other, and keeps what is still to be fitted in."""

    def __init__(
        self,
        questions: Sequence[Question],
        reviews: Iterable[Review],
        interview: date,
        longest: float,
    ) -> None:
        self._questions = {question.id: question for question in questions}
        self._interview = interview
        self._longest = longest
        """The minutes of the day that has most room."""
        self._reviews: dict[str, list[Review]] = {}
        for review in reviews:
            if review.question in self._questions:
                self._reviews.setdefault(review.question, []).append(review)
        seen = [review for reviews in self._reviews.values() for review in reviews]
        self._due: dict[str, date] = {}
        for question, due in due_dates(seen, interview).items():
            self._expect(question, due.on)
        self.unseen = interleaved(q for q in self._questions if q not in self._reviews)
        self.wanting = set(self._due)
        """What was seen and has not come once more."""

    def fill(self, day: Day, room: float, after: list[float]) -> None:
        by_date = sorted(self._due, key=lambda q: self._due[q])
        later = [q for q in by_date if self._due[q] > day.on]
        for question in by_date[: len(by_date) - len(later)]:
            self._take(question, day, room, after)
        for question in list(self.unseen):
            self._take(question, day, room, after)
        # what would be too much for the days after comes sooner
        crowded = not self._fit(later, after)
        for question in list(later):
            if crowded and self._take(question, day, room, after):
                later.remove(question)
                crowded = not self._fit(later, after)
        order = interleaved(item.question.id for item in day.items)
        day.items.sort(key=lambda item: order.index(item.question.id))

    def _take(self, question: str, day: Day, room: float, after: list[float]) -> bool:
        """Put a question into the day, if it fits and nothing that goes before it
        would be without room."""
        takes = self._questions[question].minutes
        left = room - day.minutes
        alone = not day.items and room == self._longest
        if takes > left and not alone:
            return False
        new = question in self.unseen
        if not new:
            first: Iterable[str] = self.unseen
            if question not in self.wanting:
                first = [*self.unseen, *self.unseen, *self.wanting]
            if not self._fit(first, [max(0, left - takes), *after]):
                return False
        day.items.append(Item(self._questions[question], new))
        self._look(question, day.on)
        if new:
            self.unseen.remove(question)
            self.wanting.add(question)
        else:
            self.wanting.discard(question)
        return True

    def _look(self, question: str, on: date) -> None:
        """Let a look go well, and expect the next one."""
        review = Review(question, on, "good")
        earlier = self._reviews.setdefault(question, [])
        # one that came sooner than it had to was the one before the interview
        sooner = on < self._due.get(question, on)
        again = next_after(earlier, review, None if sooner else self._interview)
        earlier.append(review)
        self._expect(question, again)

    def _expect(self, question: str, on: date) -> None:
        self._due.pop(question, None)
        if on < self._interview:
            self._due[question] = on

    def _fit(self, questions: Iterable[str], rooms: list[float]) -> bool:
        """Whether the questions find room in days with so many minutes left."""
        total = sum(rooms)
        takes = []
        for question in questions:
            takes.append(min(self._questions[question].minutes, self._longest))
            total -= takes[-1]
            if total < 0:
                return False
        left = list(rooms)
        for minutes in sorted(takes, reverse=True):
            fitting = next((n for n, room in enumerate(left) if minutes <= room), None)
            if fitting is None:
                return False
            left[fitting] -= minutes
        return True
