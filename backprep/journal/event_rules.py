"""What an event must be that comes from outside, so that it can be replayed.

Whatever is written here keeps these rules, and the scripts of the site go by the same
ones: `tests/events.json` holds both to them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from backprep.journal.event import KINDS, Event, EventError
from backprep.journal.grading import RATINGS

YEARS = range(1970, 9000)
"""The schedule plans a hundred years ahead, and the calendar ends with year 9999."""
DIGEST = re.compile(r"[0-9a-f]{64}")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
CARD = re.compile(r"[0-9a-f]{8}")
QUESTION = re.compile(r"([^/ ]+/[^/ ]+)?")
UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What moves a terminal's cursor, turns its text around or is half a character."""
DEEPEST = 32
"""Levels of lists and objects in an event's data."""

Rule = tuple[Callable[[Any], bool], str]


def _number(low: float, high: float) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        return type(value) in (int, float) and low <= value <= high

    return fits


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    # 5.0 is the same number in JSON
    return lambda value: _number(low, high)(value) and value == int(value)


def _list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _or_null(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


def _is_day(value: Any) -> bool:
    try:
        fits = isinstance(value, str) and DAY.fullmatch(value) is not None
        return fits and date.fromisoformat(value).year in YEARS
    except ValueError:
        return False


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and UNPRINTABLE.search(value) is None


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and DIGEST.fullmatch(value) is not None


def _is_card(value: Any) -> bool:
    return isinstance(value, str) and CARD.fullmatch(value) is not None


def _is_rating(value: Any) -> bool:
    return isinstance(value, str) and value in RATINGS


MINUTES: Rule = (
    lambda value: _number(0, 1e9)(value) and value > 0,
    "a number of minutes above 0",
)
TEXT: Rule = (_is_text, "a text without control characters")
FLAG: Rule = (_is_flag, "true or false")
COUNT: Rule = (_whole(0, 100_000), "a whole number from 0")
FLAGS: Rule = (_list_of(_is_flag), "a list of true and false")
TEXTS: Rule = (_list_of(_is_text), "a list of texts")
SHA: Rule = (_or_null(_is_digest), "a SHA-256 or null")
ELAPSED: Rule = (_number(0, 1e9), "seconds from 0")
SEED: Rule = (_whole(0, 2**53 - 1), "a whole number from 0")

RULES: dict[str, dict[str, Rule]] = {
    "started": {
        "minutes": MINUTES,
        "mock": (_or_null(_is_text), "a mock's id or null"),
        "from": TEXT,
    },
    "paused": {"reason": TEXT},
    "resumed": {},
    "ran": {"verdict": TEXT, "passed": COUNT, "total": COUNT, "failed": TEXTS},
    "hinted": {"level": (_whole(1, 3), "1, 2 or 3")},
    "revealed": {},
    "time_up": {"edited": FLAG, "snapshot": SHA},
    "ticked": {"must": FLAGS, "nice": FLAGS},
    "followed_up": {"number": COUNT},
    "finished": {"outcome": TEXT, "edited": FLAG, "snapshot": SHA},
    "self_graded": {"rating": TEXT},
    "reset": {},
}
"""Of an attempt's events; each has `elapsed` too."""

OTHERS: dict[str, dict[str, Rule]] = {
    "passed_untimed": {
        "minutes": MINUTES,
        "total": COUNT,
        "from": TEXT,
        "snapshot": SHA,
    },
    "planned": {
        "date": (_is_day, "a day like 2026-12-14"),
        "minutes": MINUTES,
    },
    "aimed": {"aim": TEXT},
    "mock_started": {
        "minutes": MINUTES,
        "topics": TEXTS,
        "seed": SEED,
        "questions": TEXTS,
    },
    "mock_finished": {},
    "card_graded": {
        "card": (_is_card, "a card's id, 8 lower-case hexadecimal digits"),
        "rating": (_is_rating, f"one of {', '.join(RATINGS)}"),
    },
}

OPTIONAL: dict[str, dict[str, Rule]] = {"ran": {"answer": SHA, "timed": FLAG}}
"""What older versions did not write."""

BEGINNINGS = ("started", "passed_untimed", "mock_started")
"""They name themselves as their attempt."""


def check(event: Event) -> None:
    """Raise EventError where an event could not be replayed.

    Of a kind that this version does not know, nothing is known and all is right.
    """
    for name in ("kind", "question", "attempt"):
        if not _is_text(getattr(event, name)):
            raise EventError(f"{name} is {getattr(event, name)!r}; expected {TEXT[1]}")
    if int(event.at[:4]) not in YEARS:
        raise EventError(f"at is {event.at!r}; expected a year from {YEARS[0]}")
    if not QUESTION.fullmatch(event.question):
        raise EventError(f"question is {event.question!r}; expected a question's id")
    _must_be_json(event.data, DEEPEST)
    if event.kind not in KINDS:
        return
    rules = RULES.get(event.kind)
    rules = OTHERS[event.kind] if rules is None else {"elapsed": ELAPSED, **rules}
    for name, (fits, expected) in rules.items():
        if name not in event.data:
            raise EventError(f"its data has no {name}; expected {expected}")
        _must_fit(event, name, fits, expected)
    for name, (fits, expected) in OPTIONAL.get(event.kind, {}).items():
        if name in event.data:
            _must_fit(event, name, fits, expected)
    named = event.kind in RULES or event.kind == "passed_untimed"
    if named and not (event.question and event.attempt):
        raise EventError(f"{event.kind} must name a question and an attempt")
    if event.kind == "card_graded" and not event.question:
        raise EventError("card_graded must name a question")
    if event.kind in BEGINNINGS and event.attempt != event.id:
        raise EventError(f"a {event.kind} event must name itself as its attempt")


def _must_fit(
    event: Event, name: str, fits: Callable[[Any], bool], expected: str
) -> None:
    if not fits(event.data[name]):
        raise EventError(
            f"{name} is {event.data[name]!r} in its data; expected {expected}"
        )


def _must_be_json(value: Any, deepest: int) -> None:
    """Raise EventError where something would not be the same after writing it."""
    if deepest < 0:
        raise EventError("it is nested too deep")
    if isinstance(value, int | float) and not abs(value) <= sys.float_info.max:
        raise EventError(f"{value!r} in its data is not a number of JSON")
    if isinstance(value, str) and re.search(r"[\ud800-\udfff]", value):
        raise EventError("it holds half a character")
    inside: list[Any] = []
    if isinstance(value, list):
        inside = value
    elif isinstance(value, dict):
        inside = [*value, *value.values()]
    for one in inside:
        _must_be_json(one, deepest - 1)
