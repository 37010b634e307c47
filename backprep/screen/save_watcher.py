"""The saves of one answer, told to whoever wants to know."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from backprep.bank.question import Question


class Watcher(Protocol):
    """Notices saves until it is closed."""

    def close(self) -> None:
        """Notice no more of them."""


class SaveWatcher:
    """Calls `saved` from a thread of its own at each save, until it is closed.

    Where the folder cannot be watched any more, `failed` is told why.
    """

    def __init__(
        self,
        question: Question,
        answers: Path,
        *,
        saved: Callable[[], object],
        failed: Callable[[str], object],
    ) -> None:
        self._question = question
        self._answers = answers
        self._saved = saved
        self._failed = failed
        self._stop = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def close(self) -> None:
        """Call `saved` no more."""
        self._stop.set()

    def _watch(self) -> None:
        from backprep.workspace import watch

        try:
            for _ in watch.saved(self._answers, [self._question], self._stop):
                if not self._stop.is_set():
                    self._saved()
        except (OSError, RuntimeError) as error:
            self._failed(
                f"Saves are not noticed here ({error}); Enter runs the checks."
            )
