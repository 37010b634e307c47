"""Ask for a verdict, whichever way leads to it."""

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
from backprep.judge.protocol import Ending, Notify, Order, Record, Request, silent
from backprep.judge.stop import Stop
from backprep.judge.verdict import Verdict, not_attempted, of_the_whole
from backprep.judge.ways import Fresh, Way, chosen

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
    way = chosen() if daemon else Fresh()
    records, ending = _run(way, request, notify, stop or Stop())
    return assemble(question, records, ending, timeout, path)


def judge_known_answers(
    question: Question, *, timeout: float = TIMEOUT
) -> dict[str, Verdict]:
    """The verdict on each near miss of a question, and on each other right answer.

    They may take `timeout` seconds each. Raises JudgeError.
    """
    answers = known_answers(question)
    names = tuple(answer.name for answer in answers)
    way = chosen()
    verdicts = {}
    together = [names] if names and way.forks else [(name,) for name in names]
    for asked in together:
        limit = timeout * len(asked)
        request = Request(question.id, known=asked, timeout=limit)
        records, ending = _run(way, request, silent, Stop())
        for answer in (answer for answer in answers if answer.name in asked):
            own = [r for r in records if r.get("known") == answer.name]
            verdicts[answer.name] = assemble(question, own, ending, limit, answer.path)
    return verdicts


def _run(
    way: Way, request: Request, notify: Notify, stop: Stop
) -> tuple[Sequence[Record], Ending]:
    """What the process that judges has said, and how it ended."""
    order: Order = {"key": secrets.token_hex(16), "request": request.as_dict()}
    records: list[Record] = []
    ending = Ending(0.0)
    for reply in way.ask(order, request.timeout, notify, stop):
        if reply["event"] == "ended":
            ending = Ending.of(reply)
        elif reply["event"] != "stale":
            records.append(reply)
    return records, ending
