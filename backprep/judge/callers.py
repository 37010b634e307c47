"""Who has connected to the worker, and what they have said so far."""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from dataclasses import dataclass

from backprep.judge.protocol import MARGIN

MOST = 64
"""Connections that may wait with half a request; beyond it the oldest is let go."""
LONGEST = 1 << 16
"""Bytes that a request may have."""


@dataclass
class _Caller:
    connection: socket.socket
    until: float
    said: bytes = b""


class Callers:
    """Listens to all at once, so that one who says nothing holds nobody up."""

    def __init__(self, listener: socket.socket) -> None:
        listener.setblocking(False)
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._waiting: list[_Caller] = []

    def files(self) -> list[int]:
        """What is open here, and must not be in a process that is forked."""
        open_here = [self._listener, *(caller.connection for caller in self._waiting)]
        return [self._selector.fileno(), *(end.fileno() for end in open_here)]

    def wait(self, seconds: float) -> tuple[socket.socket, str] | None:
        """A connection whose request has come whole, and its line.

        Waits for any sign of a caller, but not longer than `seconds`; None where no
        request is whole by then. Whoever does not say one in MARGIN seconds is hung
        up.
        """
        now = time.monotonic()
        until = min([now + seconds, *(caller.until for caller in self._waiting)])
        for key, _ in self._selector.select(max(0.0, until - now)):
            caller = key.data
            if caller is None:
                self._let_in()
            elif (line := self._heard(caller)) is not None:
                return caller.connection, line
        for caller in list(self._waiting):
            if time.monotonic() >= caller.until:
                self._forget(caller)
                caller.connection.close()
        return None

    def _let_in(self) -> None:
        with contextlib.suppress(BlockingIOError):
            connection, _ = self._listener.accept()
            connection.setblocking(False)
            caller = _Caller(connection, time.monotonic() + MARGIN)
            self._selector.register(connection, selectors.EVENT_READ, caller)
            self._waiting.append(caller)
            if len(self._waiting) > MOST:
                oldest = self._waiting[0]
                self._forget(oldest)
                oldest.connection.close()

    def _heard(self, caller: _Caller) -> str | None:
        """The caller's line, once it is whole."""
        try:
            chunk = caller.connection.recv(LONGEST)
        except BlockingIOError:
            return None
        except OSError:
            chunk = b""
        caller.said += chunk
        line, newline, _ = caller.said.partition(b"\n")
        if newline:
            self._forget(caller)
            return line.decode(errors="replace")
        if not chunk or len(caller.said) > LONGEST:
            self._forget(caller)
            caller.connection.close()
        return None

    def _forget(self, caller: _Caller) -> None:
        self._selector.unregister(caller.connection)
        self._waiting.remove(caller)
