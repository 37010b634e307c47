"""Tells all open pages what happens."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any


class Broadcast:
    """One queue for each open page; a page that does not listen is let go.

    `tell` may be called from any thread.
    """

    WAITING = 1000
    """Messages that a page may be behind."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[dict[str, Any]]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> asyncio.Queue[dict[str, Any]]:
        """A queue for a page that begins to listen."""
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(self.WAITING)
        self._queues.add(queue)
        return queue

    @property
    def listened_to(self) -> bool:
        """Whether any page listens."""
        return bool(self._queues)

    def holds(self, queue: asyncio.Queue[dict[str, Any]]) -> bool:
        """Whether the page of this queue was not let go."""
        return queue in self._queues

    def close(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        """Tell the page of this queue nothing more."""
        self._queues.discard(queue)

    def tell(self, message: dict[str, Any]) -> None:
        """Put a message in every queue."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the server has ended
                self._loop.call_soon_threadsafe(self._put, message)

    def _put(self, message: dict[str, Any]) -> None:
        for queue in list(self._queues):
            try:
                queue.put_nowait(message)
            except asyncio.QueueFull:
                self.close(queue)
