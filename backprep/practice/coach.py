"""The life of an attempt: begun, timed, judged, helped along, finished."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from backprep.bank.cards import Card
from backprep.bank.question import Question
from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.journal.event import Event
from backprep.judge.verdict import Verdict
from backprep.practice.counting import Counting
from backprep.practice.progress import Finish
from backprep.practice.stats import earned
from backprep.workspace import answer_file

if TYPE_CHECKING:
    from backprep.judge.stop import Stop


class Coach(Counting):
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
    | is finished, or was     | stands                          | is a pass or      |
    | never begun             |                                 | nothing, untimed  |

    A mock interview on the site has its answers in a folder of its own, `folder`.

    The wall clock has no part in it. An untimed pass counts once a day, once until
    its file is written again on a later day, and not on the day of a reveal.
    """

    def hint(self, attempt_id: str, level: int) -> str:
        """The text of a hint, level 1 to 3, once it is written down.

        Raises ValueError in a mock interview.
        """
        with self._turn():
            attempt = self.attempt(attempt_id)
            _must_be_helped(attempt)
            text = self.question_of(attempt_id).hints[level - 1]
            if not attempt.finished:
                self._record("hinted", attempt_id, {"level": level})
            return text

    def reveal(self, attempt_id: str) -> None:
        """Write down that the answer is shown; the own one is kept as it is now."""
        with self._turn():
            attempt = self.attempt(attempt_id)
            if not attempt.finished and attempt.revealed_after is None:
                data = {"snapshot": self._snapshot(attempt_id)}
                self._record("revealed", attempt_id, data)

    def reveal_question(self, question: Question) -> None:
        """Write down that the answer is shown: in the attempt that is under way, or,
        for a question that was never passed, as one that was given up at once."""
        with self._turn():
            if attempt := self.under_way(question):
                self.reveal(attempt.id)
                return
            if any(earned(attempt) for attempt in self.history.of(question.id)):
                return  # it is looked at after a pass
            identity = self._started(question, question.minutes, None, "reveal")
            self.reveal(identity)
            self.finish(identity, "gave up")

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
            data = {"edited": edited, "snapshot": self._snapshot(attempt_id)}
            # it is noticed a little later: the time in between does not count
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

    def grade_card(self, card: Card, rating: str) -> None:
        """Write down how well a card was known. Raises ValueError for what is no
        rating."""
        if rating not in grading.RATINGS:
            choices = ", ".join(grading.RATINGS)
            raise ValueError(f"{rating} is not a rating: choose {choices}.")
        with self._turn():
            told = {"card": card.id, "rating": rating}
            self._recorder.record("card_graded", card.question.id, "", told)
            self.sync()

    def reset(self, attempt_id: str) -> tuple[Path, Path | None]:
        """Start the answer over; returns its path and where the old one is kept.

        Raises WorkspaceError.
        """
        with self._turn():
            elapsed = self.elapsed(attempt_id)
            folder = self.folder(self.attempt(attempt_id))
            paths = answer_file.reset(self.question_of(attempt_id), folder)
            self._record("reset", attempt_id, {}, elapsed)
            return paths

    def take_in(self, event: Event) -> None:
        """Write down an event that a page made, under the id that it gave it.

        What a page cannot know is added: the time of day, and what the answer is
        like. A beginning is from blank, as `begin` has it, and one attempt runs at a
        time: what else runs here outside of a mock interview is paused. One that was
        taken in before changes nothing. Raises KeyError where there is no such
        attempt, ValueError for a hint in a mock interview, and WorkspaceError.
        """
        with self._turn():
            data, attempt_id = dict(event.data), event.attempt
            if event.kind == "started":
                if self.history.find(attempt_id) is not None:
                    return
                question = self.questions[event.question]
                self._lay_out(question, data["mock"], data["from"])
            elif event.question and event.attempt:
                attempt = self.attempt(attempt_id)  # there must be one
                if event.kind == "hinted":
                    _must_be_helped(attempt)
            if event.kind in ("started", "resumed"):
                self._pause_others(attempt_id)
            if event.kind in ("finished", "time_up", "revealed"):
                data["snapshot"] = self._snapshot(attempt_id)
            if event.kind in ("finished", "time_up"):
                data["edited"] = self.edited(attempt_id)
            self._recorder.record(
                event.kind, event.question, attempt_id, data, event.id
            )
            self.sync()
            if event.kind in ("started", "resumed"):
                self._keep(attempt_id, self.attempt(attempt_id).elapsed)

    def _pause_others(self, attempt_id: str) -> None:
        for other in self.driven():
            if other != attempt_id and self.attempt(other).mock is None:
                self.pause(other)


def _must_be_helped(attempt: Attempt) -> None:
    if attempt.mock is not None:
        raise ValueError("A mock interview gives no hints.")
