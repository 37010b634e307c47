"""Read what the judge replies, by a deadline, and make its text safe to show."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any, cast

from backprep.judge.protocol import GRACE, MARGIN, Ending, Reply
from backprep.printable import printable


class NoReply(Exception):
    """The other side says nothing, or cannot be reached, in the time it has."""


def replies(
    read: Callable[[float], bytes], *, first: float, limit: float
) -> Iterator[Reply]:
    """What comes from the other side, until the last of it or its end.

    `read` is given the seconds to wait, and returns the next bytes, or none at the
    end; it raises TimeoutError where nothing comes in that time. The first reply must
    come within `first` seconds: raises NoReply. The last must come within the `limit`
    of the answer and what the judge takes beside it, else it is made here: the answer
    stopped whoever watches it. Raises OSError where the connection breaks.
    """
    deadline = time.monotonic() + first
    pending = b""
    begun = False
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            if not begun:
                raise NoReply
            yield Ending(limit, timed_out=True).as_record()
            return
        try:
            chunk = read(left)
        except TimeoutError:
            continue
        if not chunk:
            return
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            if not begun:
                begun = True
                deadline = time.monotonic() + limit + GRACE + MARGIN
            reply = cast(Reply, _shown(json.loads(line)))
            yield reply
            if reply["event"] in ("ended", "stale"):
                return


def _shown(value: Any) -> Any:
    """The same, with every text in it printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return value
