"""Verdicts for an assistant: on the candidate's file, and on a text handed in.

A file is the candidate's own, and its verdict is the one that is given everywhere. A
text may have been written by the assistant, and runs with the candidate's permissions
where the bank can be read. So it runs only when they have seen it and agree. Its
verdict says which checks it came through and nothing that the text itself could have
chosen, and it counts for nothing.
"""

from __future__ import annotations

import ast
from pathlib import Path
from tempfile import TemporaryDirectory

from backprep import files
from backprep.bank.question import ANSWERED_IN_CODE, Question
from backprep.judge.stop import Stop
from backprep.judge.verdict import Verdict
from backprep.practice.counting import Judge
from backprep.tutor import told
from backprep.tutor.refused import Refused
from backprep.tutor.tutor import Tutor
from backprep.workspace import answer_file

NOT_SAID = {
    "error": "It cannot be judged: importing it fails, it does not define what the "
    "prompt asks for, or it reaches into the judge.",
    "timeout": "It did not end in time.",
    "crashed": "Its process ended before the checks did.",
    "not attempted": "It is not started.",
}
"""What stands for the words of a verdict that a text could have chosen."""


def judge_file(tutor: Tutor, name: str, stop: Stop) -> told.Judged:
    """The verdict on the answer that the candidate saved; it counts as anywhere.

    Raises Refused, JudgeError, and Stopped where `stop` was set.
    """
    question = tutor.question(name)
    if not answer_file.edited(question, tutor.coach.answers):
        raise Refused(
            f"There is nothing to judge yet: the candidate writes the answer in "
            f"{tutor.file(question)} and saves it."
        )
    verdict, counted = tutor.coach.judge(question, origin="mcp", stop=stop)
    return told.Judged(
        question.id,
        verdict.verdict,
        verdict.passed,
        len(verdict.checks),
        [
            told.Check(
                check.title,
                check.outcome,
                check.message,
                check.line,
                check.advice if check.rejects else "",
                check.asked if check.rejects else "",
            )
            for check in verdict.checks
        ],
        verdict.summary,
        verdict.output,
        counted,
        tutor.coach.trouble,
    )


def may_be_tried(tutor: Tutor, name: str, text: str) -> Question:
    """The question, where a text can be judged as an answer to it. Raises Refused."""
    question = tutor.question(name)
    if question.kind not in ANSWERED_IN_CODE:
        raise Refused(
            f"{question.id} asks for predictions, and guesses could be handed in until "
            f"they are right: only what the candidate saved in {tutor.file(question)} "
            "is judged."
        )
    _must_be_python(text)
    return question


def judge_text(
    tutor: Tutor, judge: Judge, name: str, text: str, stop: Stop
) -> told.Tried:
    """The verdict on a text, in a folder of its own; the candidate's file stays.

    Raises Refused, JudgeError, and Stopped where `stop` was set.
    """
    question = may_be_tried(tutor, name, text)
    with TemporaryDirectory(prefix="backprep-") as folder:
        path = question.answer_path(Path(folder))
        path.parent.mkdir()
        files.write(path, text)
        verdict = judge(question, Path(folder), stop=stop)
    return _without_its_words(verdict, question, tutor.file(question))


def _must_be_python(text: str) -> None:
    """Raises Refused with what a reader of the text can see without running it."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        where = f" in line {error.lineno}" if error.lineno else ""
        raise Refused(f"The text is not Python{where}: {error.msg}.") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Refused(f"The text is not Python: {error}.") from None


def _without_its_words(verdict: Verdict, question: Question, file: Path) -> told.Tried:
    passed = verdict.verdict == "passed"
    failed = verdict.verdict == "failed"
    return told.Tried(
        question.id,
        verdict.verdict,
        [
            told.TriedCheck(
                check.title,
                check.outcome,
                check.advice if check.rejects else "",
                check.asked if check.rejects else "",
            )
            for check in verdict.checks
        ],
        verdict.summary if failed else NOT_SAID.get(verdict.verdict, ""),
        f"It counts once the candidate saves it in {file} and has that judged."
        if passed
        else f"It counts for nothing. What it prints and raises is not told here; the "
        f"verdict on what is saved in {file} tells it.",
    )
