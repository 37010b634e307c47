"""What a Dask worker is given to do: one answer, whose text came with the task."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from distributed import get_worker

from backprep.bank.questions import read_question
from backprep.grading.equipment import versions
from backprep.judge import client, likeness
from backprep.judge.errors import JudgeError


@dataclass(frozen=True)
class Judged:
    """What came of an answer, and where."""

    verdict: Mapping[str, Any] | None
    judged_at: str
    worker: str
    versions: Mapping[str, str]
    mistake: str | None = None
    problem: str | None = None


def now() -> str:
    """The time in UTC, to the second, as results have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def judge_answer(question_id: str, files: Mapping[str, bytes]) -> Judged:
    """Judge one answer in a folder of its own, which is gone afterwards.

    No other answer lies in it, and no other task is told its name.
    """
    question = read_question(question_id)
    here = now(), get_worker().address
    with tempfile.TemporaryDirectory(
        prefix="backprep-answer-", ignore_cleanup_errors=True
    ) as folder:
        try:
            for name, content in files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        except OSError as error:
            problem = f"it could not be written to be judged: {error.strerror}."
            return Judged(None, *here, versions(), problem=problem)
        try:
            verdict = client.judge(question, Path(folder))
        except JudgeError as error:
            # this worker could judge before, so it is this answer's doing
            problem = f"it kept the judge from its work: {error}"
            return Judged(None, *here, versions(), problem=problem)
    mistake = None
    if verdict.verdict == "failed":
        wrong = likeness.near_miss(question, verdict.checks)
        mistake = wrong.name if wrong else None
    return Judged(verdict.as_json(), *here, versions(), mistake)
