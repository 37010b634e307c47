"""Give a verdict up before it comes."""

from __future__ import annotations

import contextlib
import socket
import threading


class Stop:
    """Gives up a verdict from another thread; what the answer runs is ended."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._connection: socket.socket | None = None

    def set(self) -> None:
        """Give up; may be called from any thread, and again."""
        self._wanted.set()
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def is_set(self) -> bool:
        """Whether it was given up."""
        return self._wanted.is_set()

    def wait(self, seconds: float) -> bool:
        """Whether it is set within so many seconds."""
        return self._wanted.wait(seconds)

    def watch(self, connection: socket.socket) -> None:
        """Hang up this connection when it is set, or now if it is already."""
        self._connection = connection
        if self.is_set():
            self.set()
