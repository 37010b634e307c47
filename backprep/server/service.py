"""What the pages can have done: answers written, judged, and written down.

The answer to a question lies in the folder of answers; while the attempt that its page
is at belongs to a mock interview, in that interview's own. What `GET answers/…` says of
it is also what a message of type `file` says:

- `path`, `link`, `exists`, `text`, `digest`: the file, and what it holds;
- `starter`, `edited`: what it begins from, and whether it says more;
- `kept`: the answer that was put aside last, its `path` and `at` when, or null;
- `verdict`, `running`: what was last said of it, and whether it is being judged.

Messages are `events`, and of one `question` each `file`, `running`, and then `verdict`,
`trouble` or `cancelled`. A run that another one took the place of ends without a word.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from backprep.bank.question import Question
from backprep.bank.starter import starter
from backprep.files import FileProblem, digest, must_be_text, replace, strange_kind
from backprep.journal import exchange
from backprep.journal.attempt import Attempt
from backprep.judge.errors import JudgeError
from backprep.judge.stop import Stop
from backprep.judge.verdict import Verdict, not_attempted
from backprep.practice.coach import Coach
from backprep.printable import printable
from backprep.server.broadcast import Broadcast
from backprep.server.events import as_json, checked
from backprep.server.refused import Refused
from backprep.server.runs import Message, Runs
from backprep.workspace import answer_file
from backprep.workspace.own_modules import contents


class _Seen(NamedTuple):
    """A file as it was when somebody last looked."""

    path: Path
    content: str | None
    modules: Mapping[Path, bytes]
    """The answer's own, those beside it that it imports among them."""


class Service:
    """Works for the pages with one coach; safe to call from several threads."""

    def __init__(self, coach: Coach, broadcast: Broadcast) -> None:
        self.coach = coach
        self.broadcast = broadcast
        self._row = coach.history.row
        self._telling = threading.Lock()
        self._looking = threading.Lock()
        self._runs = Runs(broadcast.tell)
        self._verdicts: dict[Path, dict[str, Any]] = {}
        coach.settle()
        for question in coach.questions.values():
            starter(question)  # worked out once: every look at a file compares with it
        self._seen = {q.id: self._now(q) for q in coach.questions.values()}

    def question(self, topic: str, slug: str) -> Question:
        """The question that a path names. Raises Refused."""
        found = self.coach.questions.get(f"{topic}/{slug}")
        if found is None:
            raise Refused(400, f'There is no question "{topic}/{slug}".')
        return found

    # the journal

    def journal(self) -> dict[str, Any]:
        """All events, as a page needs them when it opens."""
        events = [as_json(event) for _, event in self.coach.journal.events()]
        return {
            "events": events,
            "notice": self.coach.trouble,
            "answers": printable(str(self.coach.answers.resolve())),
        }

    def write(self, said: Any) -> dict[str, Any]:
        """Take in an event that a page made. Raises Refused."""
        event = checked(said)
        question = self.coach.questions.get(event.question)
        if event.question and question is None:
            raise Refused(400, f'There is no question "{event.question}".')
        with self._looking:  # whoever looks for saves sees no file half changed
            try:
                self.coach.take_in(event)
            except KeyError:
                raise Refused(400, f'There is no attempt "{event.attempt}".') from None
            except ValueError as error:
                raise Refused(400, str(error)) from None
            if question is not None:
                self._look_at(question, tell=event.kind == "started")
        self.tell_news()
        return {"id": event.id, "notice": self.coach.trouble}

    def take_over(self, said: Any) -> dict[str, Any]:
        """Take in events of another journal, such as the browser's own: all of
        them or none. Raises Refused."""
        given = said.get("events") if isinstance(said, dict) else None
        if not isinstance(given, list):
            raise Refused(400, "An import takes a list of events.")
        lines = [json.dumps(event) for event in given]
        known = {event.id: event for _, event in self.coach.journal.events()}
        # this journal has its own number for an event that was sent here before
        fresh = [
            line
            for line, event in zip(lines, given, strict=True)
            if not (isinstance(event, dict) and event.get("id") in known)
        ]
        events, problems = exchange.read(fresh, known)
        if problems:
            raise Refused(400, f"Nothing was taken in; {problems[0]}.")
        added = self.coach.journal.merge(events)
        self.coach.settle()
        self.tell_news()
        return {"added": added}

    def tell_news(self) -> None:
        """Tell the pages what came into the journal, whoever wrote it."""
        with self._telling:
            news = list(self.coach.journal.events(self._row))
            if news:
                self._row = max(row for row, _ in news)
                events = [as_json(event) for _, event in news]
                self.broadcast.tell({"type": "events", "events": events})

    def tick(self) -> None:
        """Once a second: let time pass for the attempts that run here."""
        self.coach.write()
        self.coach.settle()
        for attempt_id in self.coach.driven():
            self.coach.tick(attempt_id)
            attempt = self.coach.attempt(attempt_id)
            if self.coach.remaining(attempt_id) <= 0 and not attempt.time_was_up:
                self._time_up(attempt)
        self.tell_news()

    # the answers

    def answer(self, question: Question) -> dict[str, Any]:
        """The file of an answer as it is, and what was last said of it."""
        path, text, _ = self._now(question)
        kept = answer_file.last_kept(question, self._folder(question))
        absolute = path.absolute()
        return {
            "path": printable(str(absolute)),
            "link": f"vscode://file{quote(os.fsencode(absolute))}",
            "exists": text is not None,
            "text": text or "",
            "digest": digest(text),
            "starter": starter(question),
            "edited": text is not None and text != starter(question),
            "kept": kept
            and {
                "path": printable(str(kept.path.absolute())),
                "at": kept.at.isoformat(),
            },
            "verdict": self._verdicts.get(path),
            "running": self._runs.going(question.id),
        }

    def begin(self, question: Question) -> dict[str, Any]:
        """Write the starter where no answer is."""
        with self._looking:
            answer_file.start(question, self._folder(question))
            self._look_at(question)
        return self.answer(question)

    def reset(self, question: Question) -> dict[str, Any]:
        """Put the answer aside and write the starter anew."""
        with self._looking:
            if attempt := self.coach.shown(question):
                _, kept = self.coach.reset(attempt.id)
            else:
                _, kept = answer_file.reset(question, self.coach.answers)
            self._look_at(question)
        self.tell_news()
        return {"kept": str(kept.absolute()) if kept else None}

    def restore(self, question: Question) -> dict[str, Any]:
        """Bring the answer back that was put aside last, and put aside what was
        written since. It is not judged before somebody asks. Raises Refused."""
        with self._looking:
            path, kept = answer_file.restore(question, self._folder(question))
            if kept is None:
                raise Refused(400, f"No answer to {question.id} was put aside.")
            self._runs.cancel(question.id)
            self._verdicts.pop(path, None)
            self._seen[question.id] = self._now(question)
            return self._tell_file(question)

    def save(self, question: Question, said: Any) -> dict[str, Any]:
        """Write an answer from the page, and judge it where the page says so; unless
        the file is no longer what the page last saw of it. A starter that nobody
        edited and no file are the same: there is nothing to lose. Raises Refused."""
        if not (
            isinstance(said, dict)
            and isinstance(said.get("text"), str)
            and isinstance(said.get("digest"), str)
            and isinstance(said.get("judge", True), bool)
        ):
            raise Refused(400, "Saving takes a text and the digest of the old one.")
        with self._looking:  # whoever looks for saves finds nothing new
            path, content, _ = self._now(question)
            blank = None, starter(question)
            seen = blank if content in blank else [content]
            if said["digest"] not in map(digest, seen):
                return {"conflict": True, **self.answer(question)}
            try:
                if path.exists():
                    must_be_text(path)
                replace(path, said["text"])
            except FileProblem as problem:
                raise Refused(400, str(problem)) from None
            self._seen[question.id] = self._now(question)
            file = self._tell_file(question)
        if said.get("judge", True):
            self._beside(partial(self.run, question))
        return {"conflict": False, **file}

    def changed(self) -> None:
        """Look which answers hold something new, and judge those."""
        with self._looking:
            for question in self.coach.questions.values():
                self._look_at(question)

    def _look_at(self, question: Question, tell: bool = False) -> None:
        """Tell the pages of a file that changed, and judge it; where another file is
        the answer now, tell what is known of that one. `tell` tells in any case."""
        before, now = self._seen[question.id], self._now(question)
        self._seen[question.id] = now
        if now != before and now.content in (None, starter(question)):
            self._verdicts.pop(now.path, None)  # it was said of something else
        if now != before or tell:
            self._tell_file(question)
        if now == before:
            return
        known = self._verdicts.get(now.path)
        if now.path == before.path or now.content == starter(question):
            if now.content is not None or strange_kind(now.path):
                self._beside(partial(self.run, question))
        elif known is not None:
            message = {"type": "verdict", "question": question.id, "verdict": known}
            self.broadcast.tell(message)

    def _tell_file(self, question: Question) -> dict[str, Any]:
        file = self.answer(question)
        self.broadcast.tell({"type": "file", "question": question.id, **file})
        return file

    # the runs

    def run(self, question: Question) -> None:
        """Judge an answer and tell the pages, in place of the run that is going."""
        self._runs.judge(question.id, partial(self._judged, question))
        self.tell_news()

    def cancel(self, question: Question) -> dict[str, Any]:
        """Give up the run that is going, but for the one at time up, and tell the
        pages; it counts for nothing."""
        return {"cancelled": self._runs.cancel(question.id)}

    def _time_up(self, attempt: Attempt) -> None:
        """Keep the answer as it is, and judge it: beside, since time goes on."""
        question = self.coach.questions[attempt.question]
        if not self.coach.edited(attempt.id) or question.kind == "explain":
            self.coach.time_up(attempt.id)
        elif not self._runs.at_time_up(question.id):
            judging = partial(self._judged_in_time, attempt)
            self._beside(lambda: self._runs.judge(question.id, judging, True))

    def _judged(self, question: Question, stop: Stop) -> Message:
        attempt = self.coach.shown(question)

        def judge() -> Verdict:
            if self._now(question).content == starter(question):
                return not_attempted(question, "It is still the starter.")
            identity = attempt.id if attempt else None
            return self.coach.judge(
                question, attempt_id=identity, origin="site", stop=stop
            ).verdict

        return self._said(question, attempt, judge)

    def _judged_in_time(self, attempt: Attempt, stop: Stop) -> Message:
        question = self.coach.questions[attempt.question]
        judge = partial(self.coach.time_up, attempt.id, stop)
        return self._said(question, attempt, judge)

    def _said(
        self,
        question: Question,
        attempt: Attempt | None,
        judge: Callable[[], Verdict | None],
    ) -> Message:
        """What pages are told of a run; a mock interview's gives no help."""
        path = question.answer_path(self.coach.folder(attempt))
        try:
            verdict = judge()
        except (JudgeError, FileProblem) as error:
            return {"type": "trouble", "message": printable(str(error))}
        if verdict is None:  # somebody else judged it already
            return {"type": "cancelled"}
        if attempt is not None and attempt.mock is not None:
            verdict = verdict.unaided()
        said = {**verdict.as_dict(), "at": self.coach.clock.now().isoformat()}
        self._verdicts[path] = said
        return {"type": "verdict", "verdict": said}

    def _beside(self, work: Callable[[], None]) -> None:
        threading.Thread(target=work, daemon=True).start()

    def stop(self) -> None:
        """The server ends: the attempts that run here wait until the next one."""
        for attempt_id in self.coach.driven():
            self.coach.pause(attempt_id, "closed")

    def _folder(self, question: Question) -> Path:
        return self.coach.folder(self.coach.shown(question))

    def _now(self, question: Question) -> _Seen:
        path = question.answer_path(self._folder(question))
        modules = contents(path)
        try:
            return _Seen(path, answer_file.read(path), modules)
        except FileProblem:
            return _Seen(path, None, modules)
