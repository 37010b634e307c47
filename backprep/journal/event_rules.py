"""What the data of each kind of event must be, for events that come from outside."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from backprep.journal.event import Event, EventError

YEARS = range(2000, 2200)
DIGEST = re.compile(r"[0-9a-f]{64}")
QUESTION = re.compile(r"(\w+/\w+)?", re.ASCII)
SEQ = 2**52
"""Beyond it there would be no room for what is written afterwards."""
DAY = 24 * 60

Rule = tuple[Callable[[Any], bool], str]


def _number(low: float, high: float) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return math.isfinite(value) and low <= value <= high

    return fits


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def _list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).year in YEARS
    except ValueError:
        return False


def _text(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable()


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _digest(value: Any) -> bool:
    return value is None or (
        isinstance(value, str) and DIGEST.fullmatch(value) is not None
    )


MINUTES = (_number(1, DAY), f"a number from 1 to {DAY}")
TEXT: Rule = (_text, "a text")
FLAG: Rule = (_flag, "true or false")
COUNT = (_whole(0, 100_000), "a whole number from 0")
FLAGS = (_list_of(_flag), "a list of true and false")
TEXTS = (_list_of(_text), "a list of texts")
SNAPSHOT: Rule = (_digest, "a SHA-256 or null")
ELAPSED = (_number(0, 1e9), "seconds from 0")

RULES: dict[str, dict[str, Rule]] = {
    "started": {
        "minutes": MINUTES,
        "mock": (lambda v: v is None or _text(v), "a mock's id or null"),
        "from": TEXT,
    },
    "paused": {"reason": TEXT},
    "resumed": {},
    "ran": {"verdict": TEXT, "passed": COUNT, "total": COUNT, "failed": TEXTS},
    "hinted": {"level": (_whole(1, 3), "1, 2 or 3")},
    "revealed": {},
    "time_up": {"edited": FLAG, "snapshot": SNAPSHOT},
    "ticked": {"must": FLAGS, "nice": FLAGS},
    "followed_up": {"number": COUNT},
    "finished": {"outcome": TEXT, "edited": FLAG, "snapshot": SNAPSHOT},
    "self_graded": {"rating": TEXT},
    "reset": {},
}
"""Of an attempt's events; each has `elapsed` too."""

OTHERS: dict[str, dict[str, Rule]] = {
    "planned": {
        "date": (_is_day, "a day like 2026-12-14"),
        "minutes": MINUTES,
    },
    "mock_started": {
        "minutes": MINUTES,
        "topics": TEXTS,
        "seed": (lambda v: type(v) is int, "a whole number"),
        "questions": TEXTS,
    },
    "mock_finished": {},
}


def check(event: Event) -> None:
    """Raise EventError where an event could not be replayed.

    Of a kind that this version does not know, nothing is known and all is right.
    """
    if datetime.fromisoformat(event.at).year not in YEARS:
        raise EventError(f"at is {event.at!r}; expected a year from {YEARS[0]}")
    if event.seq > SEQ:
        raise EventError(f"seq is {event.seq}; expected {SEQ} at most")
    if not QUESTION.fullmatch(event.question):
        raise EventError(f"question is {event.question!r}; expected a question's id")
    rules = RULES.get(event.kind)
    rules = {"elapsed": ELAPSED, **rules} if rules is not None else {}
    rules |= OTHERS.get(event.kind, {})
    for name, (fits, expected) in rules.items():
        if name not in event.data:
            raise EventError(f"its data has no {name}; expected {expected}")
        if not fits(event.data[name]):
            raise EventError(
                f"{name} is {event.data[name]!r} in its data; expected {expected}"
            )
    if event.kind in RULES and not (event.question and event.attempt):
        raise EventError(f"{event.kind} must name a question and an attempt")
    if event.kind == "started" and event.attempt != event.id:
        raise EventError("a started event must name itself as its attempt")
