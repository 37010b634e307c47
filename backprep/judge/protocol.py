"""What passes between a client, the worker and the process of an answer."""

from __future__ import annotations

from dataclasses import dataclass

OUTPUT_LIMIT = 2_000


LAST = ("end", "unusable")
"""The records after which an answer's process has nothing more to say."""


@dataclass(frozen=True)
class Ending:
    """How the answer's process came to its end, as seen from outside."""

    seconds: float
    timed_out: bool = False
    exit_code: int | None = None
    """None while it still ran; -9 for a process that signal 9 ended."""
    output: str = ""
    trace: str = ""
    """Where each thread was when the time was over."""


@dataclass(frozen=True)
class Request:
    """What to judge: an answer in a folder, or all the question's near misses."""

    question: str
    token: str
    answers: str = ""
    near_misses: bool = False
    timeout: float = 30.0
    full: bool = False
    """Print pytest's own report of each failure."""
