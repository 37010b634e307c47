"""The near misses of a question, read from their text: nothing is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from backprep.bank.known_answer import KnownAnswer
from backprep.bank.question import Question, read_text
from backprep.bank.source import docstrings, marked, public_definitions


@dataclass(frozen=True)
class NearMiss(KnownAnswer):
    """A plausible answer that the checks must reject."""

    consequence: str
    fails: frozenset[str]
    """Exactly the checks that reject it."""


def near_misses(question: Question) -> Sequence[NearMiss]:
    """The wrong answers of a question, with the checks that `@fails` names.

    Raises BankError where their file cannot be read.
    """
    path = question.near_misses_path
    return _near_misses(path, read_text(path))


@lru_cache(maxsize=64)
def _near_misses(path: Path, source: str) -> Sequence[NearMiss]:
    found = []
    said = docstrings(source)
    for node in public_definitions(source):
        found.append(
            NearMiss(node.name, path, said[node.name], frozenset(marked(node, "fails")))
        )
    return tuple(found)
