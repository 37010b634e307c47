"""The runs that are going: one of each question."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from backprep.judge.errors import Stopped
from backprep.judge.stop import Stop

Message = dict[str, Any]
Judging = Callable[[Stop], Message]
"""Judges an answer, and gives what pages are told of it. Raises Stopped."""


@dataclass(frozen=True, eq=False)
class _Run:
    at_time_up: bool
    stop: Stop = field(default_factory=Stop)


class Runs:
    """Has answers judged, and tells the pages: `running`, and what came of it.

    A run that is asked for gives up the one before it, except the one at time up:
    for that it waits. Of a run that was given up, pages are told nothing more. Safe
    to call from several threads.
    """

    def __init__(self, tell: Callable[[Message], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._going: dict[str, _Run] = {}
        self._wanted: dict[str, Judging] = {}

    def going(self, question: str) -> bool:
        """Whether an answer to this question is being judged."""
        return question in self._going

    def at_time_up(self, question: str) -> bool:
        """Whether it is being judged as it was at time up."""
        run = self._going.get(question)
        return run is not None and run.at_time_up

    def judge(self, question: str, judging: Judging, at_time_up: bool = False) -> None:
        """Have an answer judged; returns when it was, or was given up."""
        run = _Run(at_time_up)
        with self._lock:
            if self.at_time_up(question):
                self._wanted[question] = judging
                return
            if before := self._going.get(question):
                before.stop.set()
            self._going[question] = run
            self._tell({"type": "running", "question": question})
        message: Message = {"type": "cancelled"}  # where it breaks, too
        try:
            message = judging(run.stop)
        except Stopped:
            pass
        finally:
            wanted = self._end(question, run, message)
        if wanted is not None:
            self.judge(question, wanted)

    def _end(self, question: str, run: _Run, message: Message) -> Judging | None:
        """Tell what came of a run, unless it was given up, and give what waits."""
        with self._lock:
            if self._going.get(question) is not run:
                return None
            del self._going[question]
            self._tell({**message, "question": question})
            return self._wanted.pop(question, None)

    def cancel(self, question: str) -> bool:
        """Give up the run that is going; whether there was one that could be."""
        with self._lock:
            if not self.going(question) or self.at_time_up(question):
                return False
            self._going.pop(question).stop.set()
            self._tell({"type": "cancelled", "question": question})
            return True
