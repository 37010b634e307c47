"""Events from a file: all of them are good, or none is taken in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from backprep.journal import event_rules
from backprep.journal.event import Event, EventError, from_line


class Problem(NamedTuple):
    """What is wrong with a line."""

    line: int
    """Counted from 1."""
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


def read(
    lines: Iterable[str], known: Mapping[str, Event]
) -> tuple[list[Event], list[Problem]]:
    """The events that the lines hold, and what is wrong with the others.

    `known` are events by their ids. One that is there already must be the same;
    an id that stands for two events is a problem. Empty lines say nothing.
    """
    found: dict[str, Event] = {}
    problems = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            event = from_line(line)
            event_rules.check(event)
        except EventError as error:
            problems.append(Problem(number, str(error)))
            continue
        other = known.get(event.id) or found.get(event.id)
        if other is not None and other != event:
            reason = f"{event.id} is another event's id ({other.kind}, {other.at})"
            problems.append(Problem(number, reason))
        found.setdefault(event.id, event)
    return list(found.values()), problems
