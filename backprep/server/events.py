"""The journal's events as pages send and get them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from backprep.journal import event_rules
from backprep.journal.event import FIELDS, KINDS, Event, EventError, from_line
from backprep.server.refused import Refused

ANY_TIME = "2026-01-01T00:00:00.000+00:00"
"""An event from a page happens when it arrives."""


def checked(said: Any) -> Event:
    """The event that a page sent. Raises Refused."""
    if not isinstance(said, dict):
        raise Refused(400, "An event is a JSON object.")
    whole = {name: said.get(name) for name in FIELDS} | {"seq": 1, "at": ANY_TIME}
    try:
        event = from_line(json.dumps(whole))
        if event.kind not in KINDS:
            raise EventError(f'"{event.kind}" is not a kind of event')
        # the snapshot is the server's to make
        event_rules.check(replace(event, data={"snapshot": None, **event.data}))
    except EventError as error:
        raise Refused(400, f"The event cannot be: {error}.") from None
    return event


def as_json(event: Event) -> dict[str, Any]:
    """An event as a page gets it."""
    return {name: getattr(event, name) for name in FIELDS}
