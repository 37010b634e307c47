"""A verdict on an answer, and what it counts for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from backprep import files
from backprep.bank.question import Question
from backprep.clock import Clock, day_in_words
from backprep.journal.attempt import Attempt
from backprep.journal.journal import Journal, new_id
from backprep.judge.errors import Stopped
from backprep.judge.verdict import Verdict
from backprep.practice.clockwork import Clockwork
from backprep.practice.diary import text_in
from backprep.practice.stats import earned
from backprep.workspace import answer_file

if TYPE_CHECKING:
    from backprep.judge.stop import Stop

Judge = Callable[..., Verdict]


class Judged(NamedTuple):
    """A verdict, and what it counted for."""

    verdict: Verdict
    said: str
    """The attempt that it ended, or the pass that it was, in a sentence; "" where
    it was neither."""


class _Start(NamedTuple):
    """What was known when a run began."""

    folder: Path
    """Where the answer lies."""
    attempt_id: str | None = None
    """The attempt that it is a run of, if it is one of any."""
    elapsed: float = 0.0
    timed: bool = False


class Counting(Clockwork):
    """Judges answers, in one way for all who ask."""

    def __init__(
        self,
        journal: Journal,
        answers: Path,
        questions: Sequence[Question],
        *,
        clock: Clock | None = None,
        judge: Judge | None = None,
    ) -> None:
        super().__init__(journal, answers, questions, clock)
        self._judge = judge

    def judge(
        self,
        question: Question,
        *,
        attempt_id: str | None = None,
        elapsed: float | None = None,
        origin: str = "terminal",
        timeout: float = 30.0,
        notify: Callable[[str], None] = lambda text: None,
        stop: Stop | None = None,
    ) -> Judged:
        """Judge the answer as it is on the disk, and count the verdict: for the
        attempt, or the one that is under way, or as a pass with no clock running,
        by the table of Coach. An untouched starter never counts.

        Raises JudgeError, and Stopped where `stop` gave the verdict up: then
        nothing is written. The time of a run is when it began, or `elapsed`.
        """
        from backprep.judge import client

        begun = self._at_the_start(question, attempt_id, elapsed)
        text = text_in(begun.folder, question)
        verdict = (self._judge or client.judge)(
            question, begun.folder, timeout=timeout, notify=notify, stop=stop
        )
        with self._turn():
            if stop is not None and stop.is_set():
                raise Stopped
            return Judged(verdict, self._note(question, verdict, text, begun, origin))

    def note(self, question: Question, verdict: Verdict, origin: str) -> str:
        """Count a verdict that others gave on the answer as it is on the disk, as
        `judge` does, and say what it counted for."""
        begun = self._at_the_start(question, None, None)
        text = text_in(begun.folder, question)
        with self._turn():
            return self._note(question, verdict, text, begun, origin)

    def run(
        self,
        attempt_id: str,
        *,
        notify: Callable[[str], None] = lambda text: None,
        elapsed: float | None = None,
        stop: Stop | None = None,
    ) -> Verdict:
        """Judge an attempt's answer, as `judge` does."""
        return self.judge(
            self.question_of(attempt_id),
            attempt_id=attempt_id,
            notify=notify,
            elapsed=elapsed,
            stop=stop,
        ).verdict

    def _at_the_start(
        self, question: Question, attempt_id: str | None, elapsed: float | None
    ) -> _Start:
        """Of the attempt whose run begins now, if there is one."""
        with self._turn():
            attempt = self.attempt(attempt_id) if attempt_id else None
            if attempt is None or (attempt.finished and attempt.mock is None):
                attempt = self.under_way(question)
            if attempt is None:
                return _Start(self.answers)
            if attempt.running and attempt.id not in self.driven():
                self._pause_if_lost(attempt)
                attempt = self.attempt(attempt.id)
            known = self.elapsed(attempt.id) if elapsed is None else elapsed
            return _Start(self.folder(attempt), attempt.id, known, attempt.running)

    def _note(
        self,
        question: Question,
        verdict: Verdict,
        text: str | None,
        begun: _Start,
        origin: str,
    ) -> str:
        if verdict.verdict == "not attempted" or text is None:
            return ""
        if not answer_file.edited(question, begun.folder):
            return ""  # of a debug question the starter runs
        if begun.attempt_id is not None:
            attempt = self.attempt(begun.attempt_id)
            return self._count(attempt, begun, verdict, files.digest(text))
        if verdict.verdict == "passed":
            return self._count_untimed(question, verdict, origin)
        return ""

    def _count(
        self, attempt: Attempt, begun: _Start, verdict: Verdict, answer: str
    ) -> str:
        if attempt.finished:
            return ""
        told = {**_told(verdict), "answer": answer, "timed": begun.timed}
        checks = told["passed"], told["total"]
        if not (attempt.runs and (attempt.answer, attempt.checks) == (answer, checks)):
            self._record("ran", attempt.id, told, begun.elapsed)
        if verdict.verdict != "passed":
            return ""
        return str(self.finish(attempt.id, "passed"))

    def _count_untimed(self, question: Question, verdict: Verdict, origin: str) -> str:
        path = question.answer_path(self.answers)
        if self.answers.resolve() == (question.root / "solutions").resolve():
            return ""  # the bank's own, not a candidate's
        ended = [
            (datetime.fromisoformat(attempt.ended).date(), attempt)
            for attempt in self.history.of(question.id)
            if attempt.ended is not None
        ]
        today = self.clock.now().date()
        saved = datetime.fromtimestamp(path.stat().st_mtime).date()
        before = max((day for day, a in ended if earned(a)), default=None)
        if before is not None and (before >= today or before >= saved):
            return f"Counted already as passed on {day_in_words(before, today)}."
        if any(day >= min(today, saved) for day, a in ended if a.revealed):
            return "Not counted: the answer was revealed before it passed."
        identity = new_id()
        data = {
            "minutes": question.minutes,
            "total": len(verdict.checks),
            "from": origin,
            "snapshot": self._keep_text(text_in(self.answers, question)),
        }
        self._recorder.record("passed_untimed", question.id, identity, data)
        self.sync()
        return str(self.finished(identity))


def _told(verdict: Verdict) -> dict[str, Any]:
    """What the journal keeps of a verdict."""
    return {
        "verdict": verdict.verdict,
        "passed": verdict.passed,
        "total": len(verdict.checks),
        "failed": [check.name for check in verdict.checks if check.rejects],
        "seconds": round(verdict.seconds, 3),
    }
