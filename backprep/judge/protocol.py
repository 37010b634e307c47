"""What passes between a client, the worker and the process of an answer.

The client asks with a line, `{"key": ..., "request": ...}`. The answer's process
says what happens in records, one a line, each sealed with the key; the supervisor
forwards those whose seal is right, and adds the last one, `Ended`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal, NotRequired, TypedDict

OUTPUT_LIMIT = 2_000
"""Characters of what an answer printed that are kept."""
MARGIN = 5.0
"""Seconds that a part of the judge may take to answer, beside an answer's own."""
LOADING = 60.0
"""Seconds that a new process may take to import torch."""
GRACE = 1.0
"""Seconds in which a process whose time is over says where it is."""

Notify = Callable[[str], None]
"""Told what takes long."""


def silent(text: str) -> None:
    """Tell nobody."""


LAST = ("end", "unusable", "tampered")
"""The records after which an answer's process has nothing more to say."""


class Said(TypedDict):
    """A failure, put into words."""

    message: str
    line: int | None
    """In the candidate's file, where there is one."""
    not_started: bool
    """Whether the answer is still what the starter is."""


class Ready(TypedDict):
    """The answer is about to be imported: its time counts from here."""

    event: Literal["ready"]


class Start(TypedDict):
    """A check begins."""

    event: Literal["start"]
    check: str
    known: NotRequired[str]


class Ran(TypedDict):
    """A check, or a phase of it, came to an end."""

    event: Literal["check"]
    check: str
    outcome: str
    """passed, failed or skipped."""
    error: bool
    """Whether it was not the check itself that failed, but what comes before it."""
    reason: str
    """Why it was skipped."""
    seconds: float
    """How long it ran."""
    failure: NotRequired[Said]
    report: NotRequired[str]
    """pytest's own report of the failure, where it was asked for."""
    known: NotRequired[str]


class Unusable(Said):
    """The answer cannot be judged at all."""

    event: Literal["unusable"]


class End(TypedDict):
    """All checks have run: `end` for an answer, `done` for one of the known answers."""

    event: Literal["end", "done"]
    replaced: list[str]
    """What the checks rely on and is not what it was."""
    bites: bool | None
    """Whether a wrong answer is still rejected; None where that was not tried."""
    known: NotRequired[str]


class Tampered(TypedDict):
    """The answer made the judge's process say something."""

    event: Literal["tampered"]
    known: NotRequired[str]


class Where(TypedDict):
    """The lines of the answer that run as the time is over, the innermost first."""

    event: Literal["where"]
    lines: list[int]
    known: NotRequired[str]


class Ended(TypedDict):
    """How the process ended: the supervisor's own last word, an `Ending`."""

    event: Literal["ended"]
    seconds: float
    timed_out: bool
    exit_code: int | None
    output: str


class Stale(TypedDict):
    """The worker is of another version, and ends."""

    event: Literal["stale"]


Record = Ready | Start | Ran | Unusable | End | Tampered | Where
"""What an answer's process may say."""
Reply = Record | Ended | Stale
"""What a client may get."""


@dataclass(frozen=True)
class Ending:
    """How the answer's process came to its end, as seen from outside."""

    seconds: float
    timed_out: bool = False
    exit_code: int | None = None
    """None while it still ran; -9 for a process that signal 9 ended."""
    output: str = ""

    def as_record(self) -> Ended:
        """As it is sent to the client."""
        return {
            "event": "ended",
            "seconds": self.seconds,
            "timed_out": self.timed_out,
            "exit_code": self.exit_code,
            "output": self.output,
        }

    @classmethod
    def of(cls, record: Ended) -> Ending:
        """The ending that a record tells of."""
        return cls(
            record["seconds"],
            record["timed_out"],
            record["exit_code"],
            record["output"],
        )


@dataclass(frozen=True)
class Request:
    """What to judge: an answer in a folder, or known answers of the question."""

    question: str
    answers: str = ""
    known: tuple[str, ...] = ()
    """The names of the known answers to judge in place of one in a folder."""
    timeout: float = 30.0
    """Seconds for the import and all checks together."""
    full: bool = False
    """Print pytest's own report of each failure."""

    def as_dict(self) -> dict[str, object]:
        """As it is sent, in an `Order`."""
        return asdict(self)


class Order(TypedDict):
    """A request, and the key that seals what is said of it."""

    key: str
    request: dict[str, object]
