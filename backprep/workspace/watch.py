"""Notice when an answer is saved, however the editor does it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import watchfiles

from backprep import files
from backprep.bank.question import Question
from backprep.workspace.own_modules import contents

AGAIN = 1.0
"""Seconds between two looks where nothing is heard of the folder."""


def saved(
    answers: Path,
    questions: Sequence[Question],
    stop: threading.Event | None = None,
) -> Iterator[list[Question]]:
    """The questions whose answers hold something new, or are gone, each time that
    some are, until `stop` is set; so do those whose own modules do.

    A save that changes nothing is not reported.
    """
    paths = {
        question: question.answer_path(answers).resolve() for question in questions
    }
    known = {question: contents(path) for question, path in paths.items()}
    for _ in looks(answers, stop or threading.Event()):
        now = {question: contents(path) for question, path in paths.items()}
        changed = [
            question for question in questions if now[question] != known[question]
        ]
        known = now
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
