"""The journal's events as pages send and get them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backprep import payload
from backprep.event import FIELDS, ID, KINDS, Event, EventError
from backprep.server.guard import Refused

ANY_TIME = "2026-01-01T00:00:00.000+00:00"
"""An event from a page happens when it arrives."""


def checked(said: Any) -> Event:
    """The event that a page sent. Raises Refused."""
    wanted = {"id": str, "kind": str, "question": str, "attempt": str, "data": dict}
    if not isinstance(said, dict):
        raise Refused(400, "An event is a JSON object.")
    for name, kind in wanted.items():
        if not isinstance(said.get(name), kind):
            raise Refused(400, f"An event has {name}, a JSON {_NAMES[kind]}.")
    if said["kind"] not in KINDS:
        raise Refused(400, f'"{said["kind"]}" is no kind of event.')
    if not ID.fullmatch(said["id"]):
        raise Refused(400, "An event's id is 32 lower-case hexadecimal digits.")
    event = Event(seq=1, at=ANY_TIME, **{name: said[name] for name in wanted})
    try:
        # the snapshot is the server's to make
        payload.check(replace(event, data={"snapshot": None, **event.data}))
    except EventError as error:
        raise Refused(400, f"The event cannot be: {error}.") from None
    return event


_NAMES = {str: "text", dict: "object"}


def as_json(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in FIELDS}
