"""What can happen in practice: one event, and its line of JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

KINDS = (
    "started",
    "paused",
    "resumed",
    "ran",
    "hinted",
    "revealed",
    "time_up",
    "ticked",
    "followed_up",
    "finished",
    "self_graded",
    "reset",
    "passed_untimed",
    "planned",
    "aimed",
    "mock_started",
    "mock_finished",
    "card_graded",
)
SEQ = 2**52
"""The largest number of an event; beyond it JavaScript could not count on."""
ID = re.compile(r"[0-9a-f]{32}")
AT = re.compile(
    r"\d{4}-\d\d-\d\dT([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)


class EventError(Exception):
    """A line is not an event; the message says why."""


def _is_time(value: Any) -> bool:
    try:
        fits = isinstance(value, str) and AT.fullmatch(value) is not None
        return fits and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_number(value: Any) -> bool:
    # 1.0 is the same number in JSON
    return type(value) in (int, float) and 1 <= value <= SEQ and value == int(value)


def _is_kind(value: Any) -> bool:
    return isinstance(value, str) and value != ""


FIELDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "id": (
        lambda v: isinstance(v, str) and ID.fullmatch(v) is not None,
        "32 lower-case hexadecimal digits",
    ),
    "seq": (_is_number, f"a whole number from 1 to {SEQ}"),
    "at": (_is_time, "a time with its offset, like 2026-11-25T10:31:00.123+01:00"),
    "kind": (_is_kind, f"one of {', '.join(KINDS)}"),
    "question": (lambda v: isinstance(v, str), "a question's id, or an empty text"),
    "attempt": (lambda v: isinstance(v, str), "an attempt's id, or an empty text"),
    "data": (lambda v: isinstance(v, dict), "an object"),
}
"""What each field of an event must be, in the order in which a line has them."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; never changed once written.

    Events are replayed in the order of (`seq`, `id`), which needs no clock:
    `seq` is one more than the largest that its writer had seen.
    """

    id: str
    seq: int
    at: str
    """Local wall time with its offset, in ISO 8601."""
    kind: str
    question: str = ""
    attempt: str = ""
    """The id of the attempt's first event, `started` or `passed_untimed`."""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, str]:
        """Where it comes in the replay."""
        return self.seq, self.id

    @property
    def line(self) -> str:
        """The event as one line of JSON Lines, its keys in their order."""
        values = {name: getattr(self, name) for name in FIELDS}
        return json.dumps(values, ensure_ascii=False, separators=(", ", ": "))


def from_line(line: str) -> Event:
    """The event that a line of JSON Lines holds. Raises EventError.

    A kind that this version does not know is kept as it is: a newer one wrote it.
    """
    try:
        values = json.loads(line, parse_constant=_not_json)
    except ValueError as error:
        raise EventError(f"it is not JSON ({error})") from None
    except RecursionError:
        raise EventError("it is nested too deep") from None
    if not isinstance(values, dict):
        raise EventError("it is not a JSON object")
    if strange := sorted(set(values) ^ set(FIELDS)):
        raise EventError(
            f"its keys are not those of an event: see {', '.join(strange)}"
        )
    for name, (fits, expected) in FIELDS.items():
        if not fits(values[name]):
            raise EventError(f"{name} is {values[name]!r}; expected {expected}")
    return Event(**{**values, "seq": int(values["seq"])})


def stamp(at: datetime) -> str:
    """A time as events say it: to the millisecond, its offset in whole minutes."""
    offset = at.utcoffset() or timedelta()
    if odd := offset % timedelta(minutes=1):
        at = at.astimezone(timezone(offset - odd))
    return at.isoformat(timespec="milliseconds")


def trusted(line: str) -> Event:
    """The same of a line that was checked when it was written."""
    return Event(**json.loads(line))


def _not_json(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number of JSON")
