"""What an answer's process says of it, and that nobody else says it there.

An answer runs in the process that judges it, so it can find every object there:
by `gc`, through a frame, by importing the judge. What it finds must be of no use.
A record is sealed with a key that stands in no object, and is only sent when every
frame of the call, down to the judge's own first one, runs code that was there
before the answer: a call from the answer, from a thread of its own, or from a
function that it put in the place of another sends `Tampered` instead, after which
no verdict can be "passed". The same record is sent where the hooks of pytest or the
checks are no longer the ones that were there.

What this does not prevent: an answer that rewrites the memory of its process
(through `ctypes`, through /proc/self/mem), or that takes the sealing state out of
the cell in which it lies and plays the whole protocol itself. Python has no wall
inside a process, and a check needs the answer's live objects, so it cannot run in
another one. Whoever goes that far knows that they did not solve the question.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from types import CodeType, FrameType

from backprep.judge.seal import Seal

Send = Callable[[Mapping[str, object]], None]


def sender(fd: int, key: str, known: frozenset[CodeType], first: CodeType) -> Send:
    """A function that seals records and writes them to `fd`.

    `known` is the code that may lead to a record, down to the frame of `first`.
    Of a `where` nobody gains anything: it may be sent from anywhere.
    """
    seal = Seal(key)
    caller = sys._getframe

    def send(record: Mapping[str, object]) -> None:
        if record["event"] != "where" and not _leads_from(caller(1), known, first):
            record = {"event": "tampered"}
        data = seal.put_on(record)
        while data:
            data = data[os.write(fd, data) :]

    return send


def _leads_from(
    frame: FrameType | None, known: frozenset[CodeType], first: CodeType
) -> bool:
    """Whether only known code lies between `first` and this frame."""
    while frame is not None and frame.f_code is not first:
        if frame.f_code not in known:
            return False
        frame = frame.f_back
    return frame is not None
