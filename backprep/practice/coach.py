"""The life of an attempt: begun, timed, judged, helped along, finished."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from backprep import files
from backprep.bank.question import Question
from backprep.clock import Clock, day_in_words
from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.journal.event import Event
from backprep.journal.journal import Journal, Pulse, new_id
from backprep.judge.verdict import Verdict
from backprep.practice.progress import Finish, Progress
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


class Coach(Progress):
    """Drives attempts and writes down what happens to them.

    One coach may drive several attempts, and other processes may drive others, or
    join in with the same: all follow one journal. When the journal cannot be
    written, the attempt goes on: `trouble` says why, and what was not written is
    tried again at each tick, with the next event, and by `write`. Safe to call from
    several threads.

    | an attempt that         | its clock                       | a verdict         |
    |-------------------------|---------------------------------|-------------------|
    | was begun or resumed    | runs                            | is a run, at the  |
    |                         |                                 | time it began;    |
    |                         |                                 | a pass ends it    |
    | was paused              | stands                          | is a run; a pass  |
    |                         |                                 | ends it, untimed  |
    | was left by a process   | stands since the last sign of   | as of one paused  |
    | that was killed         | life, however soon one goes on  |                   |
    | two processes are at    | is one clock for both           | on one text is    |
    |                         |                                 | one run           |
    | the machine slept over  | stood, unless the user says     | is a run          |
    |                         | that it counts                  |                   |
    | is over its minutes     | runs on, as overtime            | on what was there |
    |                         |                                 | is as in time     |
    | is finished             | stands                          | counts no more    |
    | was never begun         | is none                         | is a pass or      |
    |                         |                                 | nothing, untimed  |

    The wall clock has no part in it. An untimed pass counts once a day, and once
    until its file is written again on a later day.
    """

    def __init__(
        self,
        journal: Journal,
        answers: Path,
        questions: Sequence[Question],
        *,
        clock: Clock | None = None,
        judge: Judge | None = None,
    ) -> None:
        super().__init__(journal, questions, clock)
        self.answers = answers
        self._judge = judge
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

    def driven(self) -> list[str]:
        """The attempts whose time runs in this process."""
        return self._stopwatch.kept

    def edited(self, attempt_id: str) -> bool:
        """Whether the answer is there and says more than the starter."""
        return answer_file.edited(self.question_of(attempt_id), self.answers)

    def begin(
        self,
        question: Question,
        *,
        minutes: float | None = None,
        mock: str | None = None,
        origin: str = "terminal",
    ) -> Attempt:
        """Start the clock on a question, or go on with its unfinished attempt.

        Writes the starter where there is no answer yet. Raises WorkspaceError.
        """
        with self._turn():
            answer_file.start(question, self.answers)
            for attempt in self.unfinished():
                if attempt.question == question.id and attempt.mock == mock:
                    return self.resume(attempt.id)
            identity = new_id()
            limit = minutes or question.minutes
            data = {"elapsed": 0.0, "minutes": limit, "mock": mock, "from": origin}
            self._recorder.record("started", question.id, identity, data)
            self._keep(identity, 0.0)
            self.sync()
            return self.attempt(identity)

    def resume(self, attempt_id: str) -> Attempt:
        """Let an attempt's time run on from where it was when it was last alive."""
        with self._turn():
            attempt = self.attempt(attempt_id)
            if attempt.finished or (attempt.running and attempt_id in self.driven()):
                return attempt
            if attempt.running and not self._pause_if_lost(attempt):
                # another process is at it: both go by one time
                self._keep(attempt_id, self.elapsed(attempt_id))
                return attempt
            self._keep(attempt_id, self.attempt(attempt_id).elapsed)
            self._record("resumed", attempt_id, {})
            return self.attempt(attempt_id)

    def settle(self) -> None:
        """Stop the clocks that were left running, and that nobody keeps any more."""
        with self._turn():
            for attempt in self.unfinished():
                if attempt.running and attempt.id not in self.driven():
                    self._pause_if_lost(attempt)

    def pause(self, attempt_id: str, reason: str = "asked") -> Attempt:
        """Stop the clock; `reason` is asked or closed."""
        with self._turn():
            if self.attempt(attempt_id).running:
                self._record("paused", attempt_id, {"reason": reason})
            return self.attempt(attempt_id)

    def tick(self, attempt_id: str) -> float:
        """Call this every second while an attempt runs. Leaves a sign of life.

        Returns the seconds that passed while the machine slept or the process
        stood still since the last tick, where they are worth a word, else 0. They
        are not counted; `count` counts them after all.
        """
        with self._turn():
            self._recorder.write()
            attempt = self.attempt(attempt_id)
            if not attempt.running or attempt_id not in self.driven():
                return 0.0
            away = self._stopwatch.away(attempt)
            if away:
                elapsed = self._stopwatch.before_the_gap(attempt)
                self._record("paused", attempt_id, {"reason": "slept"}, elapsed)
                self._keep(attempt_id, elapsed)
                self._record("resumed", attempt_id, {}, elapsed)
            else:
                elapsed = self.elapsed(attempt_id)
                self._keep(attempt_id, elapsed)
            self._beat(attempt_id, elapsed)
            return away

    def count(self, attempt_id: str, seconds: float) -> None:
        """Count seconds that `tick` left out."""
        with self._lock:
            elapsed = self.elapsed(attempt_id) + seconds
            self._keep(attempt_id, elapsed)
            self._record("resumed", attempt_id, {}, elapsed)

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
        by the table above. An untouched starter never counts.

        Raises JudgeError, and Stopped where `stop` gave the verdict up: then
        nothing is written. The time of a run is when it began, or `elapsed`.
        """
        from backprep.judge import client

        begun = self._at_the_start(question, attempt_id, elapsed)
        text = self._text(question)
        verdict = (self._judge or client.judge)(
            question, self.answers, timeout=timeout, notify=notify, stop=stop
        )
        return Judged(verdict, self._note(question, verdict, text, begun, origin))

    def note(self, question: Question, verdict: Verdict, origin: str) -> str:
        """Count a verdict that others gave on the answer as it is on the disk, as
        `judge` does, and say what it counted for."""
        begun = self._at_the_start(question, None, None)
        return self._note(question, verdict, self._text(question), begun, origin)

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

    def hint(self, attempt_id: str, level: int) -> str:
        """The text of a hint, level 1 to 3, once it is written down."""
        with self._turn():
            text = self.question_of(attempt_id).hints[level - 1]
            if not self.attempt(attempt_id).finished:
                self._record("hinted", attempt_id, {"level": level})
            return text

    def reveal(self, attempt_id: str) -> None:
        """Write down that the answer is shown; the own one is kept as it is now."""
        with self._turn():
            attempt = self.attempt(attempt_id)
            if not attempt.finished and attempt.revealed_after is None:
                data = {"snapshot": self._snapshot(self.question_of(attempt_id))}
                self._record("revealed", attempt_id, data)

    def time_up(self, attempt_id: str, stop: Stop | None = None) -> Verdict | None:
        """Note that the time is over: keep the answer and judge it as in time.

        Nothing is handed in or shown. Returns the verdict; None where the starter
        was never edited, or this was done before. Raises as `run` does.
        """
        with self._turn():
            attempt = self.attempt(attempt_id)
            if attempt.finished or attempt.time_was_up:
                return None
            edited = self.edited(attempt_id)
            data = {
                "edited": edited,
                "snapshot": self._snapshot(self.question_of(attempt_id)),
            }
            # it is noticed a little later, which is nobody's time
            elapsed = min(self.elapsed(attempt_id), attempt.limit)
            self._record("time_up", attempt_id, data, elapsed)
        if not edited or self.question_of(attempt_id).kind == "explain":
            return None
        return self.run(attempt_id, elapsed=attempt.limit, stop=stop)

    def rubric(self, attempt_id: str, must: list[bool], nice: list[bool]) -> Finish:
        """Finish a spoken question with what was ticked: a missed must-have fails."""
        with self._turn():
            self._record("ticked", attempt_id, {"must": must, "nice": nice})
            return self.finish(attempt_id, "passed" if all(must) else "failed")

    def follow_up(self, attempt_id: str, number: int) -> str:
        """The text of a follow-up question, counted from 1."""
        with self._turn():
            text = self.question_of(attempt_id).follow_ups[number - 1]
            self._record("followed_up", attempt_id, {"number": number})
            return text

    def finish(self, attempt_id: str, outcome: str) -> Finish:
        """End an attempt: passed, failed, gave up or abandoned."""
        with self._turn():
            if not self.attempt(attempt_id).finished:
                data = {
                    "outcome": outcome,
                    "edited": self.edited(attempt_id),
                    "snapshot": self._snapshot(self.question_of(attempt_id)),
                }
                self._record("finished", attempt_id, data)
            return self.finished(attempt_id)

    def regrade(self, attempt_id: str, rating: str) -> Finish:
        """The user's own rating, one step from the table's at most.

        Raises ValueError for another.
        """
        with self._turn():
            choices = grading.grade(self.attempt(attempt_id)).choices
            if rating not in choices:
                raise ValueError(
                    f"{rating} is not within a step: choose {' or '.join(choices)}."
                )
            self._record("self_graded", attempt_id, {"rating": rating})
            return self.finished(attempt_id)

    def reset(self, attempt_id: str) -> tuple[Path, Path | None]:
        """Start the answer over; returns its path and where the old one is kept.

        Raises WorkspaceError.
        """
        with self._turn():
            elapsed = self.elapsed(attempt_id)
            paths = answer_file.reset(self.question_of(attempt_id), self.answers)
            self._record("reset", attempt_id, {}, elapsed)
            return paths

    def take_in(self, event: Event) -> None:
        """Write down an event that a page made, under the id that it gave it.

        What a page cannot know is added: the time of day, and what the answer is
        like. Raises KeyError where there is no such attempt, and WorkspaceError.
        """
        with self._turn():
            data, attempt_id = dict(event.data), event.attempt
            if event.kind == "started":
                answer_file.start(self.questions[event.question], self.answers)
            elif event.question:
                self.attempt(attempt_id)  # there must be one
            if event.kind in ("finished", "time_up", "revealed"):
                data["snapshot"] = self._snapshot(self.question_of(attempt_id))
            if event.kind in ("finished", "time_up"):
                data["edited"] = self.edited(attempt_id)
            self._recorder.record(
                event.kind, event.question, attempt_id, data, event.id
            )
            self.sync()
            if event.kind in ("started", "resumed"):
                self._keep(attempt_id, self.attempt(attempt_id).elapsed)

    # what belongs to no attempt

    def plan(self, interview: date, minutes: float) -> None:
        """Remember the interview's date and the minutes of a day."""
        data = {"date": interview.isoformat(), "minutes": minutes}
        with self._lock:
            self._recorder.record("planned", "", "", data)
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

    # the inside

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """A step into which no other thread or process comes."""
        with self._lock, contextlib.ExitStack() as stack:
            self._recorder.attempting(lambda: stack.enter_context(self.journal.alone()))
            self.sync()
            yield

    def _at_the_start(
        self, question: Question, attempt_id: str | None, elapsed: float | None
    ) -> _Start | None:
        """Of the attempt whose run begins now, if there is one."""
        with self._turn():
            attempt = self.attempt(attempt_id) if attempt_id else None
            attempt = attempt or self.under_way(question)
            if attempt is None:
                return None
            if attempt.running and attempt.id not in self.driven():
                self._pause_if_lost(attempt)
                attempt = self.attempt(attempt.id)
            known = self.elapsed(attempt.id) if elapsed is None else elapsed
            return _Start(attempt.id, known, timed=attempt.running)

    def _note(
        self,
        question: Question,
        verdict: Verdict,
        text: str | None,
        begun: _Start | None,
        origin: str,
    ) -> str:
        if verdict.verdict == "not attempted" or text is None:
            return ""
        with self._turn():
            if not answer_file.edited(question, self.answers):
                return ""  # of a debug question the starter runs
            if begun is not None:
                return self._count(begun, verdict, files.digest(text))
            if verdict.verdict == "passed":
                return self._count_untimed(question, verdict, origin)
        return ""

    def _count(self, begun: _Start, verdict: Verdict, answer: str) -> str:
        attempt = self.attempt(begun.attempt_id)
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
            return ""  # nobody's answers, the bank's
        today = self.clock.now().date()
        saved = datetime.fromtimestamp(path.stat().st_mtime).date()
        before = max(
            (
                datetime.fromisoformat(attempt.ended).date()
                for attempt in self.history.of(question.id)
                if attempt.passed and attempt.ended is not None
            ),
            default=None,
        )
        if before is not None and (before >= today or before >= saved):
            return f"Counted already as passed on {day_in_words(before)}."
        identity = new_id()
        data = {
            "minutes": question.minutes,
            "total": len(verdict.checks),
            "from": origin,
            "snapshot": self._snapshot(question),
        }
        self._recorder.record("passed_untimed", question.id, identity, data)
        self.sync()
        return str(self.finished(identity))

    def _pause_if_lost(self, attempt: Attempt) -> bool:
        """Pause a running attempt as of when somebody was last at it, unless
        somebody still is."""
        if self._stopwatch.is_alive(attempt):
            return False
        last = self._stopwatch.last_sign(attempt)
        self._record("paused", attempt.id, {"reason": "lost"}, last.elapsed)
        return True

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

    def _keep(self, attempt_id: str, elapsed: float) -> None:
        self._recorder.attempting(lambda: self._stopwatch.keep(attempt_id, elapsed))

    def _beat(self, attempt_id: str, elapsed: float) -> None:
        pulse = Pulse(self.clock.now(), elapsed)
        self._recorder.attempting(lambda: self.journal.beat(attempt_id, pulse))

    def _text(self, question: Question) -> str | None:
        path = question.answer_path(self.answers)
        return answer_file.read(path) if path.is_file() else None

    def _snapshot(self, question: Question) -> str | None:
        text = self._text(question)
        return None if text is None else self._recorder.keep(text)


class _Start(NamedTuple):
    """What was known when a run began."""

    attempt_id: str
    elapsed: float
    timed: bool


def _told(verdict: Verdict) -> dict[str, Any]:
    """What the journal keeps of a verdict."""
    return {
        "verdict": verdict.verdict,
        "passed": verdict.passed,
        "total": len(verdict.checks),
        "failed": [c.name for c in verdict.checks if c.outcome in ("failed", "error")],
        "seconds": round(verdict.seconds, 3),
    }
