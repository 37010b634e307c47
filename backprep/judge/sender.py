"""What an answer's process says of it, and that nobody else says it there.

An answer runs in the process that judges it, so it can find every object there:
by `gc`, through a frame, by importing the judge. What it finds must be of no use.
The seal is held by an audit hook, to which no object leads and which nothing takes
away; a record is handed to it as an audit event, and it writes it only when every
frame of the call, down to the judge's own first one, runs code that was there
before the answer: a call from the answer, from a thread of its own, or from a
function that it put in the place of another sends `Tampered` instead, after which
no verdict can be "passed". So does a search through the collector's objects, whatever
it looks for. What an answer writes to the pipe itself has no seal that fits, and what
it takes out of the pipe is missing. That the functions, the hooks of pytest and the
checks are still the ones that were there is looked at apart, in `integrity`.

What this does not prevent: an answer that rewrites the memory of its process
(through `ctypes`, through /proc/self/mem) and plays the whole protocol itself, or that
replaces what a comparison calls for the length of that comparison and puts it back
each time. Python has no wall inside a process, and a check needs the answer's live
objects, so it cannot run in another one. Whoever goes that far knows that they did not
solve the question.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from types import CodeType, FrameType
from typing import Any

from backprep.judge.protocol import Tampered
from backprep.judge.seal import Seal

TAMPERED: Tampered = {"event": "tampered"}
RECORD = "backprep.record"
"""The audit event that carries a record."""

SEARCHES = (
    "gc.get_objects",
    "gc.get_referents",
    "gc.get_referrers",
    "sys._current_frames",
)
"""Audit events of whoever looks for objects that nobody gave it."""


def install(
    fd: int,
    key: str,
    known: frozenset[CodeType],
    first: CodeType,
    may_search: tuple[str, ...],
) -> None:
    """Have records sealed with `key` and written to `fd`, until this process ends.

    `known` is the code that may lead to a record, down to the frame of `first`. Of a
    `where` nobody gains anything: it may be sent from anywhere. From now on, only
    code in the folders `may_search` may search through the collector's objects.
    """
    seal = Seal(key)
    caller = sys._getframe

    def write(record: Mapping[str, object]) -> None:
        data = seal.put_on(record)
        while data:
            data = data[os.write(fd, data) :]

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event == RECORD:
            (record,) = arguments
            anywhere = record["event"] == "where"
            write(
                record if anywhere or _leads_from(caller(1), known, first) else TAMPERED
            )
        elif event in SEARCHES:
            code = caller(1).f_code
            if code not in known and not code.co_filename.startswith(may_search):
                write(TAMPERED)

    sys.addaudithook(audit)


def send(record: Mapping[str, object]) -> None:
    """Send a record to whoever watches this process; `install` comes first."""
    sys.audit(RECORD, record)


def _leads_from(
    frame: FrameType | None, known: frozenset[CodeType], first: CodeType
) -> bool:
    """Whether only known code lies between `first` and this frame."""
    while frame is not None and frame.f_code is not first:
        if frame.f_code not in known:
            return False
        frame = frame.f_back
    return frame is not None
