"""The clocks of the attempts: started, stopped, and kept going."""

from __future__ import annotations

from backprep.bank.question import Question
from backprep.journal.attempt import Attempt
from backprep.journal.journal import Pulse, new_id
from backprep.practice.diary import Diary
from backprep.workspace import answer_file


class Clockwork(Diary):
    """Drives the clocks of some attempts; other processes may drive others, or the
    same. An attempt's time is one for all of them."""

    def driven(self) -> list[str]:
        """The attempts whose time runs in this process."""
        return self._stopwatch.kept

    def begin(
        self,
        question: Question,
        *,
        minutes: float | None = None,
        mock: str | None = None,
        origin: str = "terminal",
        keep: bool = False,
    ) -> Attempt:
        """Start the clock on a question, or go on with its unfinished attempt.

        Writes the starter where there is no answer yet, and in place of one of an
        earlier attempt, which is put aside unless `keep`. Raises WorkspaceError.
        """
        with self._turn():
            self._lay_out(question, mock, origin, keep=keep)
            if attempt := self.open_in(question, mock):
                return self.resume(attempt.id)
            limit = minutes or question.minutes
            identity = self._started(question, limit, mock, origin)
            self._keep(identity, 0.0)
            return self.attempt(identity)

    def old_answer(self, question: Question) -> bool:
        """Whether the next attempt would find the answer of an earlier one.

        What was written before any attempt is work in progress, and not old.
        """
        return (
            question.id in self.history.tried
            and self.under_way(question) is None
            and any(attempt.mock is None for attempt in self.history.of(question.id))
            and answer_file.edited(question, self.answers)
        )

    def _lay_out(
        self, question: Question, mock: str | None, origin: str, *, keep: bool = False
    ) -> None:
        """Have the file there from which an attempt begins or goes on."""
        if mock is None and not keep and self.old_answer(question):
            answer_file.reset(question, self.answers)
        else:
            answer_file.start(question, self._folder(mock, origin))

    def _started(
        self, question: Question, minutes: float, mock: str | None, origin: str
    ) -> str:
        """Write down that an attempt begins, and give its id."""
        identity = new_id()
        data = {"elapsed": 0.0, "minutes": minutes, "mock": mock, "from": origin}
        self._recorder.record("started", question.id, identity, data)
        self.sync()
        return identity

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
        """Stop the clocks that were left running by processes that have ended."""
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

    def _pause_if_lost(self, attempt: Attempt) -> bool:
        """Pause a running attempt as of when somebody was last at it, unless
        somebody still is."""
        if self._stopwatch.is_alive(attempt):
            return False
        last = self._stopwatch.last_sign(attempt)
        self._record("paused", attempt.id, {"reason": "lost"}, last.elapsed)
        return True

    def _keep(self, attempt_id: str, elapsed: float) -> None:
        self._recorder.attempting(lambda: self._stopwatch.keep(attempt_id, elapsed))

    def _beat(self, attempt_id: str, elapsed: float) -> None:
        pulse = Pulse(self.clock.now(), elapsed)
        self._recorder.attempting(lambda: self.journal.beat(attempt_id, pulse))
