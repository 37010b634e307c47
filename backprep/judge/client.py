"""Ask for a verdict: from the warm worker, or from a fresh process."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from backprep import files
from backprep.bank.pasting import as_option
from backprep.bank.question import Question
from backprep.bank.right_answers import known_answers
from backprep.judge.assemble import assemble
from backprep.judge.explain import no_file
from backprep.judge.fresh_process import ask_fresh
from backprep.judge.protocol import Ending, Order, Record, Request
from backprep.judge.stop import Stop
from backprep.judge.verdict import Verdict, not_attempted, of_the_whole
from backprep.judge.warm_worker import Notify, ask_worker, silent

TIMEOUT = 30.0
"""Seconds that the checks of a question may take where nothing else is said."""


def judge(
    question: Question,
    answers: Path,
    *,
    timeout: float = TIMEOUT,
    daemon: bool = True,
    full: bool = False,
    notify: Notify = silent,
    stop: Stop | None = None,
) -> Verdict:
    """The verdict on the answer to `question` in the folder `answers`.

    Raises JudgeError where no process can judge (torch is missing, say), and
    Stopped where `stop` was set before it was judged.
    """
    path = question.answer_path(answers)
    if strange := files.strange_kind(path):
        message = no_file(path, strange).message
        return of_the_whole(question, "error", message, outcome="not run")
    if not path.is_file():
        makes_it = f"backprep start {question.slug}{as_option(answers)} makes it."
        if path.is_symlink():
            makes_it = "it is a link to nothing; move it away."
        return not_attempted(
            question,
            f"Not attempted: there is no {path}; {makes_it}",
        )
    request = Request(question.id, str(answers.resolve()), timeout=timeout, full=full)
    records, ending = _run(request, daemon, notify, stop or Stop())
    return assemble(question, records, ending, timeout, path)


def judge_known_answers(
    question: Question, *, timeout: float = 4 * TIMEOUT
) -> dict[str, Verdict]:
    """The verdict on each near miss of a question, and on each other right answer.

    `timeout` is for all of them together. Raises JudgeError.
    """
    request = Request(question.id, known=True, timeout=timeout)
    records, ending = _run(request, True, silent, Stop())
    return {
        answer.name: assemble(
            question,
            [r for r in records if r.get("known") == answer.name],
            ending,
            timeout,
            answer.path,
        )
        for answer in known_answers(question)
    }


def _run(
    request: Request, daemon: bool, notify: Notify, stop: Stop
) -> tuple[Sequence[Record], Ending]:
    """What the process that judges has said, and how it ended."""
    order: Order = {"key": secrets.token_hex(16), "request": request.as_dict()}
    ask = ask_worker if daemon else ask_fresh
    records: list[Record] = []
    ending = Ending(0.0)
    for reply in ask(order, request.timeout, notify, stop):
        if reply["event"] == "ended":
            ending = Ending.of(reply)
        elif reply["event"] != "stale":
            records.append(reply)
    return records, ending
