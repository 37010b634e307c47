"""Watch an answer's process from outside: its time, its output, its end."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from backprep.judge.protocol import GRACE, LAST, OUTPUT_LIMIT, WHERE, Ending, Record
from backprep.judge.seal import Seal

STARTING = 10.0
"""Seconds that a process may take to say that it is ready."""
LONGEST_LINE = 1 << 20
"""Bytes of a record's line that are kept."""


@dataclass
class Supervision:
    """The watch over process `pid`, of which each sealed record is forwarded.

    `results` and `output` are the reading ends of its pipes. It has `timeout`
    seconds from its record "ready", which must come within STARTING.
    """

    pid: int
    results: int
    output: int
    seal: Seal
    timeout: float
    forward: Callable[[Record], None]
    _printed: bytearray = field(default_factory=bytearray)
    _pending: bytes = b""
    _begun: float = field(default_factory=time.monotonic)
    _deadline: float = field(init=False)
    _ready: bool = False
    _timed_out: bool = False
    _finished: bool = False
    _exit_code: int | None = None

    def __post_init__(self) -> None:
        self._deadline = self._begun + STARTING

    def run(self, caller: socket.socket) -> Ending:
        """Watch until it has said its last, its time is over, or `caller` hangs up.

        It may still run then: `processes.end_all` is what ends it.
        """
        with selectors.DefaultSelector() as selector:
            for fd in (self.results, self.output):
                os.set_blocking(fd, False)
                selector.register(fd, selectors.EVENT_READ)
            selector.register(caller, selectors.EVENT_READ)
            ended = os.pidfd_open(self.pid) if hasattr(os, "pidfd_open") else None
            if ended is not None:
                selector.register(ended, selectors.EVENT_READ)
            try:
                while not self._finished and self._in_time():
                    left = max(0.0, self._deadline - time.monotonic())
                    ready = {key.fd for key, _ in selector.select(min(left, 0.5))}
                    if caller.fileno() in ready:
                        break  # it hung up: it never says anything more
                    self._take_in(selector, ready)
            finally:
                if ended is not None:
                    os.close(ended)
        seconds = time.monotonic() - self._begun
        self._keep(_read(self.output))
        text = self._printed.decode(errors="replace")
        if len(text) > OUTPUT_LIMIT:
            text = text[: OUTPUT_LIMIT - 2] + " …"
        if self._timed_out:
            seconds = min(seconds, self.timeout)
        return Ending(seconds, self._timed_out, self._exit_code, text)

    def _in_time(self) -> bool:
        """Whether to go on; as the time ends, the process is asked where it is."""
        if time.monotonic() < self._deadline:
            return True
        if self._timed_out or not self._ready:
            return False
        self._timed_out = True
        self._deadline += GRACE
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, WHERE)
        return True

    def _take_in(self, selector: selectors.BaseSelector, ready: set[int]) -> None:
        if self.output in ready:
            chunk = _read(self.output)
            self._keep(chunk)
            if not chunk:
                selector.unregister(self.output)
        if self.results in ready:
            chunk = _read(self.results)
            if not chunk:
                selector.unregister(self.results)
            *lines, rest = (self._pending + chunk).split(b"\n")
            self._pending = rest[-LONGEST_LINE:]
            for line in lines:
                if record := self.seal.opened(line):
                    self._hear(record)
        else:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._exit_code = os.waitstatus_to_exitcode(status)
                self._finished = True

    def _hear(self, record: Record) -> None:
        if self._timed_out:
            if record["event"] == "where":
                self.forward(record)
                self._finished = True
            return
        if record["event"] == "ready":
            self._ready = True
            self._begun = time.monotonic()
            self._deadline = self._begun + self.timeout
        self.forward(record)
        self._finished = self._finished or record["event"] in LAST

    def _keep(self, chunk: bytes) -> None:
        self._printed += chunk[: max(0, 4 * OUTPUT_LIMIT - len(self._printed))]


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 1 << 16)
    except (BlockingIOError, OSError):
        return b""
