"""JSON as it comes from a page and goes to one."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from starlette.responses import Response

from backprep.printable import printable
from backprep.server.refused import Refused

DEEPEST = 32
"""Lists and objects that may stand in each other."""


def parsed(text: str | bytes) -> Any:
    """What a page sent as JSON. Raises Refused."""
    try:
        said = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused(400, "The request is not JSON.") from None
    level, depth = [said], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise Refused(400, f"The request is nested deeper than {DEEPEST} levels.")
        level = [
            below
            for value in level
            if isinstance(value, dict | list)
            for below in (value.values() if isinstance(value, dict) else value)
        ]
    return said


def written(said: object) -> str:
    """The JSON of anything, in ASCII: half a character arrives as its escape."""
    return json.dumps(said)


def answer(said: object, status: int = 200) -> Response:
    """An answer to a request, as JSON."""
    return Response(written(said), status, media_type="application/json")


def refusal(why: object, status: int) -> Response:
    """An answer that says in one sentence why there is none."""
    return answer({"error": printable(str(why))}, status)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
