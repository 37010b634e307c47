"""The saves of one answer, told to whoever wants to know."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from backprep.bank import Question


class Saves:
    """Calls `saved` from a thread of its own at each save, until it is closed."""

    def __init__(
        self, question: Question, answers: Path, saved: Callable[[], object]
    ) -> None:
        self._stop = threading.Event()
        arguments = (question, answers, saved)
        threading.Thread(target=self._watch, args=arguments, daemon=True).start()

    def close(self) -> None:
        self._stop.set()

    def _watch(
        self, question: Question, answers: Path, saved: Callable[[], object]
    ) -> None:
        from backprep import watch

        for _ in watch.saved(answers, [question], self._stop):
            if not self._stop.is_set():
                saved()
