"""What is known of an answer's process from outside: its time, its output, its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from backprep.judge.protocol import GRACE, LAST, OUTPUT_LIMIT, Ending, Record
from backprep.judge.seal import Seal

STARTING = 10.0
"""Seconds that a process which has imported torch may take to say that it is ready."""
LONGEST_LINE = 1 << 20
"""Bytes of a record's line that are kept."""


@dataclass
class Supervision:
    """The watch over a process, of which each sealed record is forwarded.

    The process has `timeout` seconds from its record "ready", which must come within
    `starting`. As its time ends, `ask_where` asks it for its `Where`. Whoever has its
    pipes says here what comes out of them.
    """

    seal: Seal
    timeout: float
    forward: Callable[[Record], None]
    ask_where: Callable[[], None]
    starting: float = STARTING
    ready: bool = False
    """Whether the answer may have been imported."""
    finished: bool = False
    """Whether it has said its last, or has ended."""
    exit_code: int | None = None
    _printed: bytearray = field(default_factory=bytearray)
    _pending: bytes = b""
    _begun: float = field(default_factory=time.monotonic)
    _deadline: float = field(init=False)
    _timed_out: bool = False

    def __post_init__(self) -> None:
        self._deadline = self._begun + self.starting

    @property
    def left(self) -> float:
        """Seconds until its time ends."""
        return max(0.0, self._deadline - time.monotonic())

    def goes_on(self) -> bool:
        """Whether to watch on; as the time ends, the process is asked where it is."""
        if self.finished:
            return False
        if self.left:
            return True
        if self._timed_out or not self.ready:
            return False
        self._timed_out = True
        self._deadline += GRACE
        self.ask_where()
        return True

    def hear(self, chunk: bytes) -> None:
        """Take in what came over the pipe of its records."""
        *lines, rest = (self._pending + chunk).split(b"\n")
        self._pending = rest[-LONGEST_LINE:]
        for line in lines:
            if record := self.seal.opened(line):
                self._take_in(record)

    def keep(self, chunk: bytes) -> None:
        """Take in what it printed."""
        self._printed += chunk[: max(0, 4 * OUTPUT_LIMIT - len(self._printed))]

    def ended(self, exit_code: int) -> None:
        """Note that it has ended."""
        self.exit_code = exit_code
        self.finished = True

    def ending(self) -> Ending:
        """How it came to its end; now is when it did."""
        seconds = time.monotonic() - self._begun
        text = self._printed.decode(errors="replace")
        if len(text) > OUTPUT_LIMIT:
            text = text[: OUTPUT_LIMIT - 2] + " …"
        if self._timed_out:
            seconds = min(seconds, self.timeout)
        return Ending(seconds, self._timed_out, self.exit_code, text)

    def _take_in(self, record: Record) -> None:
        if self._timed_out:
            if record["event"] == "where":
                self.forward(record)
                self.finished = True
            return
        if record["event"] == "ready":
            self.ready = True
            self._begun = time.monotonic()
            self._deadline = self._begun + self.timeout
        self.forward(record)
        self.finished = self.finished or record["event"] in LAST
