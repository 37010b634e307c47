"""What the pages can have done: answers written, judged, and written down."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from backprep import payload, workspace
from backprep.bank import Question
from backprep.coach import Coach
from backprep.event import FIELDS, ID, KINDS, Event, EventError
from backprep.judge import JudgeError, judge
from backprep.server.guard import Refused
from backprep.server.hub import Hub
from backprep.workspace import WorkspaceError

ANY_TIME = "2026-01-01T00:00:00.000+00:00"
"""An event from a page happens when it arrives."""


class Desk:
    """Works for the pages with one coach; safe to call from several threads."""

    def __init__(self, coach: Coach, hub: Hub) -> None:
        self.coach = coach
        self.hub = hub
        self._row = 0
        self._telling = threading.Lock()
        self._running: set[str] = set()
        self._again: set[str] = set()
        self._turn = threading.Lock()
        self._looking = threading.Lock()
        self._seen = {q.id: self._content(q) for q in coach.questions.values()}

    def question(self, topic: str, slug: str) -> Question:
        found = self.coach.questions.get(f"{topic}/{slug}")
        if found is None:
            raise Refused(400, f'There is no question "{topic}/{slug}".')
        return found

    # the journal

    def journal(self) -> dict[str, Any]:
        """All events, as a page needs them when it opens."""
        events = [_as_json(event) for _, event in self.coach.journal.events()]
        notice = self.coach.trouble or self.coach.journal.notice
        return {
            "events": events,
            "notice": notice,
            "answers": str(self.coach.answers.resolve()),
        }

    def write(self, said: Any) -> dict[str, Any]:
        """Take in an event that a page made. Raises Refused."""
        event = _checked(said)
        if event.question and event.question not in self.coach.questions:
            raise Refused(400, f'There is no question "{event.question}".')
        try:
            self.coach.take_in(event)
        except KeyError:
            raise Refused(400, f'There is no attempt "{event.attempt}".') from None
        self.tell_news()
        return {"id": event.id, "notice": self.coach.trouble}

    def tell_news(self) -> None:
        """Tell the pages what came into the journal, whoever wrote it."""
        with self._telling:
            news = list(self.coach.journal.events(self._row))
            if news:
                self._row = max(row for row, _ in news)
                events = [_as_json(event) for _, event in news]
                self.hub.tell({"type": "events", "events": events})

    def tick(self) -> None:
        """Once a second: let time pass for the attempts that run here."""
        for attempt_id in self.coach.driven():
            self.coach.tick(attempt_id)
            attempt = self.coach.attempt(attempt_id)
            if self.coach.remaining(attempt_id) <= 0 and not attempt.time_was_up:
                with contextlib.suppress(JudgeError):  # the next run says why
                    self.coach.time_up(attempt_id)
        self.tell_news()

    # the answers

    def answer(self, question: Question) -> dict[str, Any]:
        """The file of an answer, as it is."""
        path = question.answer(self.coach.answers).absolute()
        text = self._content(question)
        return {
            "path": str(path),
            "link": f"vscode://file{path.as_posix()}",
            "exists": text is not None,
            "text": text or "",
            "digest": _digest(text),
        }

    def begin(self, question: Question) -> dict[str, Any]:
        """Write the starter where no answer is."""
        workspace.start(question, self.coach.answers)
        return self.answer(question)

    def save(self, question: Question, said: Any) -> dict[str, Any]:
        """Write an answer from the page, unless the file is no longer what the
        page last saw of it. Raises Refused."""
        if not (
            isinstance(said, dict)
            and isinstance(said.get("text"), str)
            and isinstance(said.get("digest"), str)
        ):
            raise Refused(400, "Saving takes a text and the digest of the old one.")
        path = question.answer(self.coach.answers)
        with self._turn:
            if _digest(self._content(question)) != said["digest"]:
                return {"conflict": True, **self.answer(question)}
            _replace(path, said["text"])
        return {"conflict": False, **self.answer(question)}

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
            message = {"type": "file", "question": question.id}
            self.hub.tell({**message, **self.answer(question)})
            if content is not None:
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
        self.hub.tell({"type": "running", "question": question.id})
        unfinished = [a for a in self.coach.unfinished() if a.question == question.id]
        try:
            if unfinished:
                verdict = self.coach.run(unfinished[0].id)
            else:
                verdict = judge(question, self.coach.answers)
        except JudgeError as error:
            message = {"type": "trouble", "question": question.id}
            self.hub.tell({**message, "message": str(error)})
            return
        message = {"type": "verdict", "question": question.id}
        self.hub.tell({**message, "verdict": verdict.as_json()})
        self.tell_news()

    def stop(self) -> None:
        """The server ends: the attempts that run here wait until the next one."""
        for attempt_id in self.coach.driven():
            self.coach.pause(attempt_id, "closed")

    def _content(self, question: Question) -> str | None:
        try:
            return workspace.read(question.answer(self.coach.answers))
        except WorkspaceError:
            return None


def _checked(said: Any) -> Event:
    """The event that a page sent. Raises Refused."""
    wanted = {"id": str, "kind": str, "question": str, "attempt": str, "data": dict}
    if not isinstance(said, dict):
        raise Refused(400, "An event is a JSON object.")
    for name, kind in wanted.items():
        if not isinstance(said.get(name), kind):
            raise Refused(400, f"An event has {name}, a JSON {_NAMES[kind]}.")
    if said["kind"] not in KINDS:
        raise Refused(400, f'"{said["kind"]}" is no kind of event.')
    if not ID.fullmatch(said["id"]):
        raise Refused(400, "An event's id is 32 lower-case hexadecimal digits.")
    event = Event(seq=1, at=ANY_TIME, **{name: said[name] for name in wanted})
    try:
        # the snapshot is the server's to make
        payload.check(replace(event, data={"snapshot": None, **event.data}))
    except EventError as error:
        raise Refused(400, f"The event cannot be: {error}.") from None
    return event


_NAMES = {str: "text", dict: "object"}


def _as_json(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in FIELDS}


def _digest(text: str | None) -> str:
    if text is None:
        return ""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all. Raises Refused."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise Refused(400, f"{path} cannot be written: {error.strerror}.") from None
