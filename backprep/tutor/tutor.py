"""What an assistant can have done: questions read, attempts driven, hints given."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from backprep.bank.question import Question
from backprep.bank.questions import find_question
from backprep.bank.starter import starter
from backprep.bank.topics import must_be_topic
from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.journal.snapshots import Kept, kept
from backprep.practice import due_today
from backprep.practice.coach import Coach
from backprep.practice.suggest import suggest
from backprep.printable import printable
from backprep.tutor import told
from backprep.tutor.closed import is_kept_closed, why_closed
from backprep.tutor.refused import Refused
from backprep.workspace import answer_file


class Tutor:
    """Works for an assistant with one coach; safe to call from several threads."""

    def __init__(self, coach: Coach) -> None:
        self.coach = coach
        coach.settle()

    def question(self, name: str) -> Question:
        """The question that a name means, with what others wrote of it taken in.

        Raises UnknownQuestion.
        """
        self.coach.sync()
        return find_question(name, list(self.coach.questions.values()))

    @property
    def topics(self) -> list[str]:
        """The names of the topics, in the order of study."""
        return list(dict.fromkeys(q.topic for q in self.coach.questions.values()))

    def file(self, question: Question) -> Path:
        """Where the candidate writes the answer."""
        return question.answer_path(self.coach.answers).absolute()

    def under_way(self, question: Question) -> Attempt:
        """The attempt at a question that is not over. Raises Refused."""
        attempt = self.coach.under_way(question)
        if attempt is None:
            raise Refused(
                f"No attempt at {question.id} is under way; begin_attempt begins one."
            )
        return attempt

    # what there is

    def listed(
        self, topic: str | None, kind: str | None, level: str | None, words: str
    ) -> list[told.Listed]:
        """The questions that fit, in the order of study. Raises UnknownTopic."""
        if topic is not None:
            must_be_topic(topic, self.topics)
        wanted = words.lower().split()
        return [
            told.Listed(q.id, q.title, q.kind, q.level, q.minutes)
            for q in self.coach.questions.values()
            if topic in (None, q.topic) and kind in (None, q.kind)
            if level in (None, q.level)
            if all(word in _searched(q) for word in wanted)
        ]

    def asked(self, name: str) -> told.Asked:
        """A question as the candidate sees it."""
        question = self.question(name)
        path, attempt = self.file(question), self.coach.under_way(question)
        return told.Asked(
            question.id,
            question.title,
            question.kind,
            question.level,
            question.minutes,
            question.prompt,
            starter(question),
            printable(str(path)),
            printable(answer_file.read(path)) if path.is_file() else "",
            self.state(attempt) if attempt else None,
        )

    def next(self) -> told.Next:
        """What to practise next, and what is due today."""
        self.coach.sync()
        question, why = suggest(self.coach)
        questions, on = self.coach.questions, self.coach.clock.now().date()
        planned = self.coach.history.planned
        today = due_today.today(
            [due for due in self.coach.due().values() if due.question in questions],
            questions,
            on,
            planned.minutes if planned else None,
        )
        due = [
            told.Reviewed(
                one.question,
                questions[one.question].title,
                questions[one.question].minutes,
                due_today.why(one, self.coach.history.of(one.question), on),
            )
            for one in today.now
        ]
        return told.Next(
            question.id, question.title, why, due, len(today.later), self.coach.trouble
        )

    def history(self, name: str) -> told.History:
        """The attempts at a question, and the answers that were kept of them."""
        question = self.question(name)
        attempts = self.coach.history.of(question.id)
        return told.History(
            question.id,
            [
                told.Past(
                    attempt.started,
                    attempt.outcome or "",
                    grading.grade(attempt).reason,
                    round(attempt.used / 60, 1),
                    attempt.runs,
                    list(attempt.hints),
                )
                for attempt in sorted(
                    attempts, key=lambda a: datetime.fromisoformat(a.started)
                )
            ],
            [
                told.Kept(number, one.event.at, one.event.kind)
                for number, one in enumerate(self._kept(question), 1)
            ],
        )

    def kept_answer(self, name: str, number: int) -> str:
        """An answer of the candidate's that was kept, by its number in `history`.

        Raises Refused, and JournalError.
        """
        question = self.question(name)
        found = self._kept(question)
        if not 1 <= number <= len(found):
            raise Refused(
                f"No answer {number} to {question.id} was kept; there are {len(found)}."
            )
        event, digest = found[number - 1]
        if is_kept_closed(self.coach, question, event.attempt):
            raise Refused(
                f"{why_closed(self.coach, question)} An earlier answer that passed, or "
                "was written after a reveal, would give it away."
            )
        return printable(self.coach.snapshots.get(digest))

    # attempts

    def begin(self, name: str) -> told.State:
        """Start the clock, or go on; another attempt that runs here is paused.

        Raises WorkspaceError.
        """
        question = self.question(name)
        attempt = self.coach.begin(question, origin="mcp")
        for other in self.coach.driven():
            if other != attempt.id:
                self.coach.pause(other)
        return self.state(attempt)

    def pause(self, name: str) -> told.State:
        """Stop the clock. Raises Refused where none is there to stop."""
        attempt = self.under_way(self.question(name))
        return self.state(self.coach.pause(attempt.id))

    def hint(self, name: str, level: int) -> told.Hint:
        """A hint, once it is written down. Raises Refused."""
        question = self.question(name)
        if level > len(question.hints):
            raise Refused(f"{question.id} has {len(question.hints)} hints.")
        attempt = self.under_way(question)
        cost = grading.hint_cost(attempt, level)
        text = self.coach.hint(attempt.id, level)
        return told.Hint(level, text, cost, self.coach.trouble)

    def state(self, attempt: Attempt) -> told.State:
        """An attempt as it is now."""
        return told.State(
            attempt.question,
            attempt.running,
            round(self.coach.elapsed(attempt.id)),
            round(self.coach.remaining(attempt.id)),
            attempt.runs,
            list(attempt.hints),
            printable(str(self.file(self.coach.questions[attempt.question]))),
            self.coach.trouble,
        )

    def tick(self) -> list[str]:
        """Once a second: let time pass for the attempts that run here.

        Returns those whose time is up now: each must have `coach.time_up`.
        """
        coach = self.coach
        coach.write()
        coach.settle()
        for attempt_id in coach.driven():
            coach.tick(attempt_id)
        return [
            attempt_id
            for attempt_id in coach.driven()
            if coach.remaining(attempt_id) <= 0
            and not coach.attempt(attempt_id).time_was_up
        ]

    def stop(self) -> None:
        """The server ends: the attempts that run here wait until the next one."""
        for attempt_id in self.coach.driven():
            self.coach.pause(attempt_id, "closed")

    def _kept(self, question: Question) -> list[Kept]:
        events = (event for _, event in self.coach.journal.events())
        return kept(events, question.id)


def _searched(question: Question) -> str:
    """What words are looked for in."""
    parts = question.id, question.title, question.topic_title, *question.tags
    return " ".join([*parts, question.prompt]).lower()
