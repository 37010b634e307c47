"""Progress as one writes it down: each step whole, whoever else is at it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from backprep.bank.aims import Aim
from backprep.bank.question import Question
from backprep.clock import Clock
from backprep.journal.attempt import Attempt
from backprep.journal.journal import Journal, new_id
from backprep.practice.mock import answers_of
from backprep.practice.progress import Finish, Progress
from backprep.workspace import answer_file


class Diary(Progress):
    """Writes down what happens to attempts whose answers are in one folder.

    When the journal cannot be written, all goes on: `trouble` says why, and what was
    not written is tried again with the next event, and by `write`. Safe to call from
    several threads.
    """

    def __init__(
        self,
        journal: Journal,
        answers: Path,
        questions: Sequence[Question],
        clock: Clock | None = None,
    ) -> None:
        super().__init__(journal, questions, clock)
        self.answers = answers
        self._lock = threading.RLock()
        self.sync()

    def sync(self) -> None:
        """Take in what other processes wrote."""
        with self._lock:
            super().sync()

    def write(self) -> None:
        """Try once more to write what waits."""
        with self._lock:
            self._recorder.write()

    def shown(self, question: Question) -> Attempt | None:
        """The attempt that the question's page is at: the one begun last of those
        that are not finished. A mock interview of the terminal is not the page's."""
        with self._lock:
            begun = [
                attempt
                for attempt in self.history.unfinished
                if attempt.question == question.id
                and (attempt.mock is None or attempt.origin == "site")
            ]
        return begun[-1] if begun else None

    def folder(self, attempt: Attempt | None) -> Path:
        """Where the answer of an attempt lies, and that of a question without one."""
        return self._folder(attempt.mock, attempt.origin) if attempt else self._folder()

    def _folder(self, mock: str | None = None, origin: str = "terminal") -> Path:
        """A mock interview in the terminal has a coach of its own, over a folder of
        its own; those on the site share one coach."""
        held = self.history.mocks.get(mock) if mock and origin == "site" else None
        return answers_of(held, self.answers) if held else self.answers

    def edited(self, attempt_id: str) -> bool:
        """Whether the answer is there and says more than the starter."""
        attempt = self.attempt(attempt_id)
        return answer_file.edited(
            self.questions[attempt.question], self.folder(attempt)
        )

    def finish(self, attempt_id: str, outcome: str) -> Finish:
        """End an attempt: passed, failed, gave up or abandoned."""
        with self._turn():
            if not self.attempt(attempt_id).finished:
                data = {
                    "outcome": outcome,
                    "edited": self.edited(attempt_id),
                    "snapshot": self._snapshot(attempt_id),
                }
                self._record("finished", attempt_id, data)
            return self.finished(attempt_id)

    def plan(self, interview: date, minutes: float) -> None:
        """Remember the interview's date and the minutes of a day."""
        data = {"date": interview.isoformat(), "minutes": minutes}
        with self._lock:
            self._recorder.record("planned", "", "", data)
            self.sync()

    def take_aim(self, aim: Aim) -> None:
        """Remember what the candidate prepares for."""
        if self.history.aim != aim.name and (self.history.aim or aim.parts):
            with self._lock:
                self._recorder.record("aimed", "", "", {"aim": aim.name})
                self.sync()

    def begin_mock(
        self, minutes: float, topics: list[str], seed: int, questions: list[str]
    ) -> str:
        """Write down that a mock interview begins, and give its id.

        `topics` are those that were asked for, `questions` the ids of its own.
        """
        data = {
            "minutes": minutes,
            "topics": topics,
            "seed": seed,
            "questions": questions,
        }
        with self._lock:
            identity = new_id()
            self._recorder.record("mock_started", "", identity, data)
            self.sync()
            return identity

    def finish_mock(self, mock: str) -> None:
        """Write down that a mock interview is over."""
        with self._lock:
            self._recorder.record("mock_finished", "", mock, {})
            self.sync()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """A step into which no other thread or process comes."""
        with self._lock, contextlib.ExitStack() as stack:
            self._recorder.attempting(lambda: stack.enter_context(self.journal.alone()))
            self.sync()
            yield

    def _record(
        self,
        kind: str,
        attempt_id: str,
        data: dict[str, Any],
        elapsed: float | None = None,
    ) -> None:
        if elapsed is None:
            elapsed = self.elapsed(attempt_id)
        data = {"elapsed": round(elapsed, 3), **data}
        question = self.attempt(attempt_id).question
        self._recorder.record(kind, question, attempt_id, data)
        self.sync()

    def _snapshot(self, attempt_id: str) -> str | None:
        """Keep an attempt's answer as it is now, and give its digest."""
        folder = self.folder(self.attempt(attempt_id))
        return self._keep_text(text_in(folder, self.question_of(attempt_id)))

    def _keep_text(self, text: str | None) -> str | None:
        return None if text is None else self._recorder.keep(text)


def text_in(folder: Path, question: Question) -> str | None:
    """The answer to a question that lies in a folder, if one does."""
    path = question.answer_path(folder)
    return answer_file.read(path) if path.is_file() else None
