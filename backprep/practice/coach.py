"""The life of an attempt: begun, timed, judged, helped along, finished."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from backprep.bank.question import Question
from backprep.clock import Clock, SystemClock, day_in_words
from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.journal.event import Event
from backprep.journal.grading import Grade
from backprep.journal.history import History
from backprep.journal.journal import Journal, JournalError, Pulse, new_id
from backprep.journal.recorder import Recorder
from backprep.journal.snapshots import Snapshots
from backprep.journal.stopwatch import Stopwatch
from backprep.judge.verdict import Verdict
from backprep.practice import schedule
from backprep.practice.schedule import Due
from backprep.workspace import answer_file

if TYPE_CHECKING:
    from backprep.judge.stop import Stop

Judge = Callable[..., Verdict]


class Finish(NamedTuple):
    """What a finished attempt was worth, and when its question comes again."""

    grade: Grade
    rating: str | None
    due: date | None

    def __str__(self) -> str:
        if self.rating is None:
            return f"{self.grade.reason[:1].upper()}{self.grade.reason[1:]}."
        text = f"{self.rating.capitalize()}: {self.grade.reason}."
        return f"{text} Next: {day_in_words(self.due)}." if self.due else text


class Coach:
    """Drives attempts and writes down what happens to them.

    One coach may drive several attempts, and other processes may drive others, or
    join in with the same: all follow one journal. When the journal cannot be
    written, the attempt goes on: `trouble` says why, and what was not written is
    written with the next event that can be. Safe to call from several threads.
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
        self.answers = answers
        self.questions = {question.id: question for question in questions}
        self.clock = clock or SystemClock()
        self.snapshots = Snapshots(journal.folder)
        self._recorder = Recorder(journal, self.clock)
        self._stopwatch = Stopwatch(journal, self.clock)
        self._judge = judge
        self._not_kept = ""
        self._lock = threading.RLock()
        self.sync()

    # what is so

    @property
    def history(self) -> History:
        return self._recorder.history

    @property
    def journal(self) -> Journal:
        return self._recorder.journal

    @property
    def trouble(self) -> str:
        """Why what happened last is not in the journal yet, where it is not."""
        return self._recorder.trouble or self._not_kept

    def sync(self) -> None:
        """Take in what other processes wrote."""
        with self._lock:
            self._recorder.sync()
            self._let_go_of_what_stopped()

    def write(self) -> None:
        """Write what could not be written before; `trouble` says whether it can."""
        with self._lock:
            self._recorder.write()

    def attempt(self, attempt_id: str) -> Attempt:
        attempt = self.history.find(attempt_id)
        if attempt is None:
            raise KeyError(attempt_id)
        return attempt

    def question_of(self, attempt_id: str) -> Question:
        return self.questions[self.attempt(attempt_id).question]

    def unfinished(self) -> list[Attempt]:
        """The attempts that can go on, the one that was touched last first."""
        known = [
            attempt
            for attempt in self.history.unfinished
            if attempt.question in self.questions
        ]
        return sorted(
            known, key=lambda a: datetime.fromisoformat(a.changed), reverse=True
        )

    def elapsed(self, attempt_id: str) -> float:
        """Seconds of work so far."""
        return self._stopwatch.elapsed(self.attempt(attempt_id))

    def remaining(self, attempt_id: str) -> float:
        """Seconds left; below zero they are overtime."""
        return self.attempt(attempt_id).limit - self.elapsed(attempt_id)

    def driven(self) -> list[str]:
        """The attempts whose time runs in this process."""
        return self._stopwatch.kept

    @property
    def interview(self) -> date | None:
        """The day of the interview, as long as it lies ahead."""
        planned = self.history.interview
        today = self.clock.now().date()
        return planned if planned is not None and planned > today else None

    def due(self) -> dict[str, Due]:
        """When each question that was reviewed is due."""
        return schedule.due_dates(self.history.reviews, self.interview)

    def edited(self, attempt_id: str) -> bool:
        """Whether the answer is there and says more than the starter."""
        return answer_file.edited(self.question_of(attempt_id), self.answers)

    # the life of an attempt

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
        with self._lock:
            self.sync()
            answer_file.start(question, self.answers)
            for attempt in self.unfinished():
                if attempt.question == question.id and attempt.mock == mock:
                    return self.resume(attempt.id)
            identity = new_id()
            limit = minutes or question.minutes
            data = {"elapsed": 0.0, "minutes": limit, "mock": mock, "from": origin}
            self._recorder.record("started", question.id, identity, data)
            self._stopwatch.keep(identity, 0.0)
            self.sync()
            return self.attempt(identity)

    def resume(self, attempt_id: str) -> Attempt:
        """Let an attempt's time run on from where it was when it was last alive."""
        with self._lock:
            self.sync()
            attempt = self.attempt(attempt_id)
            if attempt.finished or (attempt.running and attempt_id in self.driven()):
                return attempt
            if attempt.running and not self._pause_if_lost(attempt):
                # another process is at it: both go by one time
                self._stopwatch.keep(attempt_id, self.elapsed(attempt_id))
                return attempt
            self._stopwatch.keep(attempt_id, self.attempt(attempt_id).elapsed)
            self._record("resumed", attempt_id, {})
            return self.attempt(attempt_id)

    def settle(self) -> None:
        """Stop the clocks that were left running, and that nobody keeps any more."""
        with self._lock:
            self.sync()
            for attempt in self.unfinished():
                if attempt.running and attempt.id not in self.driven():
                    self._pause_if_lost(attempt)

    def pause(self, attempt_id: str, reason: str = "asked") -> Attempt:
        """Stop the clock; `reason` is asked or closed."""
        with self._lock:
            self.sync()
            if self.attempt(attempt_id).running:
                self._record("paused", attempt_id, {"reason": reason})
            return self.attempt(attempt_id)

    def tick(self, attempt_id: str) -> float:
        """Call this every second while an attempt runs. Leaves a sign of life.

        Returns the seconds that passed while the machine slept or the process
        stood still since the last tick, where they are worth a word, else 0. They
        are not counted; `count` counts them after all.
        """
        with self._lock:
            self.sync()
            attempt = self.attempt(attempt_id)
            if not attempt.running or attempt_id not in self.driven():
                return 0.0
            away = self._stopwatch.away(attempt)
            if away:
                elapsed = self._stopwatch.before_the_gap(attempt)
                self._record("paused", attempt_id, {"reason": "slept"}, elapsed)
                self._stopwatch.keep(attempt_id, elapsed)
                self._record("resumed", attempt_id, {}, elapsed)
            else:
                elapsed = self.elapsed(attempt_id)
                self._stopwatch.keep(attempt_id, elapsed)
            self._beat(attempt_id, elapsed)
            return away

    def count(self, attempt_id: str, seconds: float) -> None:
        """Count seconds that `tick` left out."""
        with self._lock:
            elapsed = self.elapsed(attempt_id) + seconds
            self._stopwatch.keep(attempt_id, elapsed)
            self._record("resumed", attempt_id, {}, elapsed)

    def run(
        self,
        attempt_id: str,
        *,
        timeout: float = 30.0,
        notify: Callable[[str], None] = lambda text: None,
        elapsed: float | None = None,
        stop: Stop | None = None,
    ) -> Verdict:
        """Judge the answer as it is on the disk. An untouched starter does not
        count; the first pass finishes the attempt. Raises JudgeError, and Stopped
        where `stop` gave the verdict up: then nothing is written.

        The time of a run is when it began, or `elapsed`.
        """
        from backprep.judge import client

        if elapsed is None:
            elapsed = self.elapsed(attempt_id)
        verdict = (self._judge or client.judge)(
            self.question_of(attempt_id),
            self.answers,
            timeout=timeout,
            notify=notify,
            stop=stop,
        )
        self.note(attempt_id, verdict, elapsed)
        return verdict

    def note(
        self, attempt_id: str, verdict: Verdict, elapsed: float | None = None
    ) -> None:
        """Write down a verdict that was given on an attempt's answer."""
        with self._lock:
            self.sync()
            untouched = not self.edited(attempt_id)  # of a debug question it runs
            if self.attempt(attempt_id).finished or untouched:
                return
            if verdict.verdict == "not attempted":
                return
            self._record("ran", attempt_id, _told(verdict), elapsed)
            if verdict.verdict == "passed":
                self.finish(attempt_id, "passed")

    def hint(self, attempt_id: str, level: int) -> str:
        """The text of a hint, level 1 to 3, once it is written down."""
        with self._lock:
            text = self.question_of(attempt_id).hints[level - 1]
            if not self.attempt(attempt_id).finished:
                self._record("hinted", attempt_id, {"level": level})
            return text

    def reveal(self, attempt_id: str) -> None:
        """Write down that the answer is shown; the own one is kept as it is now."""
        with self._lock:
            attempt = self.attempt(attempt_id)
            if not attempt.finished and attempt.revealed_after is None:
                data = {"snapshot": self._snapshot(attempt_id)}
                self._record("revealed", attempt_id, data)

    def time_up(self, attempt_id: str, stop: Stop | None = None) -> Verdict | None:
        """Note that the time is over: keep the answer and judge it as in time.

        Nothing is handed in or shown. Returns the verdict; None where the starter
        was never edited, or this was done before. Raises as `run` does.
        """
        with self._lock:
            self.sync()
            attempt = self.attempt(attempt_id)
            if attempt.finished or attempt.time_was_up:
                return None
            edited = self.edited(attempt_id)
            data = {"edited": edited, "snapshot": self._snapshot(attempt_id)}
            # it is noticed a little later, which is nobody's time
            elapsed = min(self.elapsed(attempt_id), attempt.limit)
            self._record("time_up", attempt_id, data, elapsed)
        if not edited or self.question_of(attempt_id).kind == "explain":
            return None
        return self.run(attempt_id, elapsed=attempt.limit, stop=stop)

    def rubric(self, attempt_id: str, must: list[bool], nice: list[bool]) -> Finish:
        """Finish a spoken question with what was ticked: a missed must-have fails."""
        with self._lock:
            self._record("ticked", attempt_id, {"must": must, "nice": nice})
            return self.finish(attempt_id, "passed" if all(must) else "failed")

    def follow_up(self, attempt_id: str, number: int) -> str:
        """The text of a follow-up question, counted from 1."""
        with self._lock:
            text = self.question_of(attempt_id).follow_ups[number - 1]
            self._record("followed_up", attempt_id, {"number": number})
            return text

    def finish(self, attempt_id: str, outcome: str) -> Finish:
        """End an attempt: passed, failed, gave up or abandoned."""
        with self._lock:
            self.sync()
            if not self.attempt(attempt_id).finished:
                data = {
                    "outcome": outcome,
                    "edited": self.edited(attempt_id),
                    "snapshot": self._snapshot(attempt_id),
                }
                self._record("finished", attempt_id, data)
            return self.finished(attempt_id)

    def finished(self, attempt_id: str) -> Finish:
        """What a finished attempt is worth."""
        attempt = self.attempt(attempt_id)
        due = self.due().get(attempt.question)
        return Finish(
            grading.grade(attempt), grading.chosen(attempt), due.on if due else None
        )

    def regrade(self, attempt_id: str, rating: str) -> Finish:
        """The user's own rating, one step from the table's at most.

        Raises ValueError for another.
        """
        with self._lock:
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
        with self._lock:
            elapsed = self.elapsed(attempt_id)
            paths = answer_file.reset(self.question_of(attempt_id), self.answers)
            self._record("reset", attempt_id, {}, elapsed)
            return paths

    def take_in(self, event: Event) -> None:
        """Write down an event that a page made, under the id that it gave it.

        What a page cannot know is added: the time of day, and what the answer is
        like. Raises KeyError where there is no such attempt, and WorkspaceError.
        """
        with self._lock:
            self.sync()
            data, attempt_id = dict(event.data), event.attempt
            if event.kind == "started":
                answer_file.start(self.questions[event.question], self.answers)
            elif event.question:
                self.attempt(attempt_id)  # there must be one
            if event.kind in ("finished", "time_up", "revealed"):
                data["snapshot"] = self._snapshot(attempt_id)
            if event.kind in ("finished", "time_up"):
                data["edited"] = self.edited(attempt_id)
            self._recorder.record(
                event.kind, event.question, attempt_id, data, event.id
            )
            self.sync()
            if event.kind in ("started", "resumed"):
                self._stopwatch.keep(attempt_id, self.attempt(attempt_id).elapsed)

    # what belongs to no attempt

    def plan(self, interview: date, minutes: int) -> None:
        """Remember the interview's date and the minutes of a day."""
        data = {"date": interview.isoformat(), "minutes": minutes}
        with self._lock:
            self._recorder.record("planned", "", "", data)
            self.sync()

    def begin_mock(self, data: dict[str, Any]) -> str:
        """Write down a mock interview's minutes, topics, seed and questions."""
        with self._lock:
            identity = new_id()
            self._recorder.record("mock_started", "", identity, data)
            self.sync()
            return identity

    def finish_mock(self, mock: str) -> None:
        with self._lock:
            self._recorder.record("mock_finished", "", mock, {})
            self.sync()

    # the inside

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

    def _let_go_of_what_stopped(self) -> None:
        for attempt_id in self.driven():
            attempt = self.history.find(attempt_id)
            if attempt is not None and not attempt.running:
                self._stopwatch.let_go(attempt_id)

    def _beat(self, attempt_id: str, elapsed: float) -> None:
        self._recorder.write()
        pulse = Pulse(self.clock.now(), elapsed)
        self._recorder.attempting(lambda: self.journal.beat(attempt_id, pulse))

    def _snapshot(self, attempt_id: str) -> str | None:
        path = self.question_of(attempt_id).answer_path(self.answers)
        if not path.is_file():
            return None
        try:
            digest = self.snapshots.put(answer_file.read(path))
        except JournalError as error:
            self._not_kept = str(error)
            return None
        self._not_kept = ""
        return digest


def _told(verdict: Verdict) -> dict[str, Any]:
    """What the journal keeps of a verdict."""
    return {
        "verdict": verdict.verdict,
        "passed": verdict.passed,
        "total": len(verdict.checks),
        "failed": [c.name for c in verdict.checks if c.outcome in ("failed", "error")],
        "seconds": round(verdict.seconds, 3),
    }
