"""How each near miss was caught: the checks' messages, as they were recorded."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from backprep.bank.question import Question, read_text

FOLDER = Path("docs", "data", "near_misses")

Messages = dict[str, dict[str, str]]
"""By the near miss's name: by the check's title, what it said."""


def path(question: Question) -> Path:
    """Where a question's messages are recorded."""
    return question.root / FOLDER / f"{question.id}.json"


def inputs(question: Question) -> str:
    """A digest of what the messages depend on, besides the versions."""
    digest = hashlib.sha256()
    for part in (
        question.solution_path,
        question.checks_path,
        question.near_misses_path,
    ):
        digest.update(read_text(part).encode())
    return digest.hexdigest()


def messages(question: Question) -> Messages:
    """What was recorded; nothing where that was of other files than today's."""
    try:
        recorded = json.loads(path(question).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if recorded["inputs"] != inputs(question):
        return {}
    found: Messages = recorded["near_misses"]
    return found
