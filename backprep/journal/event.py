"""What can happen in practice: one event, and its line of JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
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
    "planned",
    "mock_started",
    "mock_finished",
)
ID = re.compile(r"[0-9a-f]{32}")
FIELDS = {
    "id": (str, "32 lower-case hexadecimal digits"),
    "seq": (int, "a whole number from 1"),
    "at": (str, "a time with its offset, like 2026-11-25T10:31:00.123+01:00"),
    "kind": (str, f"one of {', '.join(KINDS)}"),
    "question": (str, "a question's id, or an empty text"),
    "attempt": (str, "an attempt's id, or an empty text"),
    "data": (dict, "an object"),
}


class EventError(Exception):
    """A line is no event; the message says why."""


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
    """The id of the attempt's first event, `started`."""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, str]:
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
        values = json.loads(line)
    except ValueError as error:
        raise EventError(f"it is no JSON ({error})") from None
    if not isinstance(values, dict):
        raise EventError("it is no JSON object")
    if strange := sorted(set(values) ^ set(FIELDS)):
        raise EventError(
            f"its keys are not those of an event: see {', '.join(strange)}"
        )
    for name, (kind, expected) in FIELDS.items():
        value = values[name]
        good = isinstance(value, kind) and not isinstance(value, bool)
        if name == "id":
            good = good and ID.fullmatch(value) is not None
        elif name == "seq":
            good = good and 1 <= value < 2**53
        elif name == "at":
            good = good and _has_an_offset(value)
        elif name == "kind":
            good = good and value != ""
        if not good:
            raise EventError(f"{name} is {value!r}; expected {expected}")
    return Event(**values)


def trusted(line: str) -> Event:
    """The same of a line that was checked when it was written."""
    return Event(**json.loads(line))


def _has_an_offset(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
