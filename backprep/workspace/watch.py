"""Notice when an answer is saved, however the editor does it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import watchfiles

from backprep import files
from backprep.bank.question import Question
from backprep.files import FileProblem

AGAIN = 1.0
"""Seconds between two looks where nothing is heard of the folder."""


def saved(
    answers: Path,
    questions: Sequence[Question],
    stop: threading.Event | None = None,
) -> Iterator[list[Question]]:
    """The questions whose answers hold something new, or are gone, each time that
    some are, until `stop` is set.

    A save that changes nothing is not reported.
    """
    by_path = {
        question.answer_path(answers).resolve(): question for question in questions
    }
    known = {path: _content(path) for path in by_path}
    for _ in looks(answers, stop or threading.Event()):
        changed = []
        for path, question in by_path.items():
            content = _content(path)
            if content != known[path]:
                changed.append(question)
            known[path] = content
        if changed:
            yield changed


def looks(answers: Path, stop: threading.Event) -> Iterator[None]:
    """Whenever it is worth looking what has changed, until `stop` is set: at once
    when something was saved, and every second besides.

    The whole folder is watched: an editor may write a new file and put it in the old
    one's place. The folder itself may be removed, too, and made anew.
    """
    while not stop.is_set():
        watched = files.inode(answers)
        yield
        if not watched:
            stop.wait(AGAIN)
            continue
        for _ in watchfiles.watch(
            answers,
            step=20,
            debounce=400,
            stop_event=stop,
            raise_interrupt=True,
            rust_timeout=int(1000 * AGAIN),
            yield_on_timeout=True,
        ):
            yield
            if files.inode(answers) != watched:
                break


def _content(path: Path) -> bytes | None:
    try:
        return files.read(path)
    except (OSError, FileProblem):
        return None
