"""One process at a time: a lock that ends with whoever holds it."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from backprep.file_lock import lock_alone

POLL = 0.002
"""Seconds between two looks at a lock that another process holds."""


class Busy(Exception):
    """Another process kept the lock for longer than one wanted to wait."""


class Lock:
    """A lock file: one thread of one process holds it, and may take it again.

    The kernel lets go of it when the process ends, however it ends.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.RLock()
        self._depth = 0

    @contextlib.contextmanager
    def held(self, patience: float) -> Iterator[None]:
        """Hold the lock; wait for it `patience` seconds at most.

        Raises Busy, and OSError where the file cannot be made.
        """
        with self._threads, contextlib.ExitStack() as stack:
            if not self._depth:
                stack.callback(os.close, self._taken(patience))
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1

    def _taken(self, patience: float) -> int:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        deadline = time.monotonic() + patience
        while True:
            try:
                lock_alone(handle)
                return handle
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(handle)
                    raise Busy from None
                time.sleep(POLL)
            except BaseException:
                os.close(handle)
                raise
