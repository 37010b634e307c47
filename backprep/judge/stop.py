"""Give a verdict up before it comes."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable


class Stop:
    """Gives up a verdict from another thread; what the answer runs is ended."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._hang_up: Callable[[], object] | None = None

    def set(self) -> None:
        """Give up; may be called from any thread, and again."""
        self._wanted.set()
        if self._hang_up is not None:
            with contextlib.suppress(OSError):
                self._hang_up()

    def is_set(self) -> bool:
        """Whether it was given up."""
        return self._wanted.is_set()

    def wait(self, seconds: float) -> bool:
        """Whether it is set within so many seconds."""
        return self._wanted.wait(seconds)

    def watch(self, hang_up: Callable[[], object]) -> None:
        """Call this when it is set, or now if it is already."""
        self._hang_up = hang_up
        if self.is_set():
            self.set()
