"""The calls of PyTorch that a reference solution makes, with the shapes they had.

`docs/data/calls/<question>.json` keeps those of one run: of the question's example.
`python -m backprep.evidence.record_calls` records it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from backprep.bank.question import ANSWERED_IN_CODE, Question, read_text
from backprep.evidence.examples import Script

FOLDER = Path("docs", "data", "calls")


@dataclass(frozen=True)
class Call:
    """A call as the solution writes it, and the tensors that went in and came out."""

    code: str
    takes: str
    """As in `(4, 7) int64, (4,) int64`; nothing where no tensor went in."""
    gives: str


def path(question: Question) -> Path:
    """Where a question's calls are recorded."""
    return question.root / FOLDER / f"{question.id}.json"


def script(question: Question) -> Script | None:
    """The example in which the solution is run, if the question has one."""
    found = Script(question.root, question.id)
    runs = question.kind in ANSWERED_IN_CODE and found.path.is_file()
    return found if runs else None


def inputs(question: Question) -> str:
    """A digest of what the calls depend on, besides the versions."""
    example = script(question)
    code = read_text(question.solution_path) + (example.code if example else "")
    return hashlib.sha256(code.encode()).hexdigest()


def calls(question: Question) -> list[Call] | None:
    """What was recorded, as the solution orders it; None where that was of other
    files than today's."""
    try:
        recorded = json.loads(path(question).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if recorded["inputs"] != inputs(question):
        return None
    return [Call(**call) for call in recorded["calls"]]
