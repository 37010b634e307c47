"""What the pages can have done: answers written, judged, and written down."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote

from backprep.bank.question import Question
from backprep.bank.starter import starter
from backprep.files import FileProblem, digest, must_be_text, replace, strange_kind
from backprep.journal import exchange
from backprep.judge.errors import JudgeError
from backprep.judge.verdict import not_attempted
from backprep.practice.coach import Coach
from backprep.printable import printable
from backprep.server.broadcast import Broadcast
from backprep.server.events import as_json, checked
from backprep.server.refused import Refused
from backprep.workspace import answer_file


class Service:
    """Works for the pages with one coach; safe to call from several threads."""

    def __init__(self, coach: Coach, broadcast: Broadcast) -> None:
        self.coach = coach
        self.broadcast = broadcast
        self._row = coach.history.row
        self._telling = threading.Lock()
        self._running: set[str] = set()
        self._again: set[str] = set()
        self._turn = threading.Lock()
        self._looking = threading.Lock()
        self._seen = {q.id: self._content(q) for q in coach.questions.values()}
        self._verdicts: dict[str, dict[str, Any]] = {}
        coach.settle()

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
        if event.question and event.question not in self.coach.questions:
            raise Refused(400, f'There is no question "{event.question}".')
        try:
            self.coach.take_in(event)
        except KeyError:
            raise Refused(400, f'There is no attempt "{event.attempt}".') from None
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
                with contextlib.suppress(JudgeError):  # the next run says why
                    self.coach.time_up(attempt_id)
        self.tell_news()

    # the answers

    def answer(self, question: Question) -> dict[str, Any]:
        """The file of an answer as it is, and what was last said of it."""
        return {
            **self._file(question),
            "verdict": self._verdicts.get(question.id),
            "running": question.id in self._running,
        }

    def _file(self, question: Question) -> dict[str, Any]:
        path = self._path(question).absolute()
        text = self._content(question)
        return {
            "path": printable(str(path)),
            "link": f"vscode://file{quote(os.fsencode(path))}",
            "exists": text is not None,
            "text": text or "",
            "digest": digest(text),
        }

    def begin(self, question: Question) -> dict[str, Any]:
        """Write the starter where no answer is."""
        answer_file.start(question, self.coach.answers)
        return self.answer(question)

    def reset(self, question: Question) -> dict[str, Any]:
        """Put the answer aside and write the starter anew."""
        if attempt := self.coach.under_way(question):
            _, kept = self.coach.reset(attempt.id)
            self.tell_news()
        else:
            _, kept = answer_file.reset(question, self.coach.answers)
        self.changed()
        return {"kept": str(kept.absolute()) if kept else None}

    def save(self, question: Question, said: Any) -> dict[str, Any]:
        """Write an answer from the page, and judge it where the page says so; unless
        the file is no longer what the page last saw of it. Raises Refused."""
        if not (
            isinstance(said, dict)
            and isinstance(said.get("text"), str)
            and isinstance(said.get("digest"), str)
            and isinstance(said.get("judge", True), bool)
        ):
            raise Refused(400, "Saving takes a text and the digest of the old one.")
        path = self._path(question)
        with self._looking:  # whoever looks for saves finds nothing new
            if digest(self._content(question)) != said["digest"]:
                return {"conflict": True, **self._file(question)}
            try:
                if path.exists():
                    must_be_text(path)
                replace(path, said["text"])
            except FileProblem as problem:
                raise Refused(400, str(problem)) from None
            self._seen[question.id] = self._content(question)
            file = self._tell_file(question)
        if said.get("judge", True):
            self._run_beside(question)
        return {"conflict": False, **file}

    def changed(self) -> None:
        """Look which answers hold something new, and judge those."""
        with self._looking:
            self._look()

    def _look(self) -> None:
        for question in self.coach.questions.values():
            content = self._content(question)
            if content == self._seen[question.id]:
                continue
            self._seen[question.id] = content
            self._tell_file(question)
            if content is not None or strange_kind(self._path(question)):
                self._run_beside(question)

    def _tell_file(self, question: Question) -> dict[str, Any]:
        file = self._file(question)
        self.broadcast.tell({"type": "file", "question": question.id, **file})
        return file

    def _run_beside(self, question: Question) -> None:
        threading.Thread(target=self.run, args=(question,), daemon=True).start()

    def run(self, question: Question) -> None:
        """Judge an answer and tell the pages; a save meanwhile runs it again."""
        with self._turn:
            if question.id in self._running:
                self._again.add(question.id)
                return
            self._running.add(question.id)
        while True:
            self._run_once(question)
            with self._turn:
                if question.id not in self._again:
                    self._running.discard(question.id)
                    return
                self._again.discard(question.id)

    def _run_once(self, question: Question) -> None:
        self.broadcast.tell({"type": "running", "question": question.id})
        try:
            if self._content(question) == starter(question):
                verdict = not_attempted(question, "It is still the starter.")
            else:
                verdict, _ = self.coach.judge(question, origin="site")
        except (JudgeError, FileProblem) as error:
            message = {"type": "trouble", "question": question.id}
            self.broadcast.tell({**message, "message": printable(str(error))})
            return
        said = {**verdict.as_dict(), "at": self.coach.clock.now().isoformat()}
        self._verdicts[question.id] = said
        message = {"type": "verdict", "question": question.id}
        self.broadcast.tell({**message, "verdict": said})
        self.tell_news()

    def stop(self) -> None:
        """The server ends: the attempts that run here wait until the next one."""
        for attempt_id in self.coach.driven():
            self.coach.pause(attempt_id, "closed")

    def _path(self, question: Question) -> Path:
        return question.answer_path(self.coach.answers)

    def _content(self, question: Question) -> str | None:
        try:
            return answer_file.read(self._path(question))
        except FileProblem:
            return None
