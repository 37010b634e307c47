"""Read several pipes at once, and none for longer than one wants to wait.

Windows has no `select` for pipes, so each is read by a thread of its own.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import IO


class Pipes:
    """What comes out of pipes, by the name of each, in the order it came."""

    def __init__(self) -> None:
        self._came: queue.Queue[tuple[str, bytes]] = queue.Queue(maxsize=64)

    def listen(self, name: str, pipe: IO[bytes]) -> None:
        """Read a pipe from now on; its end is an empty chunk."""

        def read() -> None:
            chunk = b"-"
            while chunk:
                try:
                    chunk = pipe.read1(1 << 16)  # type: ignore[attr-defined]
                except (OSError, ValueError):
                    chunk = b""  # it was closed here
                self._came.put((name, chunk))

        threading.Thread(target=read, daemon=True).start()

    def await_end(self, name: str, wait: Callable[[], object]) -> None:
        """Have an empty chunk come as soon as `wait` returns."""

        def waiting() -> None:
            wait()
            self._came.put((name, b""))

        threading.Thread(target=waiting, daemon=True).start()

    def next(self, seconds: float) -> tuple[str, bytes]:
        """What comes next, and of which pipe. Raises TimeoutError."""
        try:
            return self._came.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None
