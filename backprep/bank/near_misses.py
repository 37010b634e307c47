"""The near misses of a question, read from their text: nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from backprep.bank.question import Question, read_text
from backprep.bank.source import definitions, docstrings


@dataclass(frozen=True)
class NearMiss:
    """A plausible answer that the checks must reject."""

    name: str
    consequence: str
    fails: frozenset[str]
    """Exactly the checks that reject it."""

    @property
    def title(self) -> str:
        return self.name.replace("_", " ")


def near_misses(question: Question) -> Sequence[NearMiss]:
    """The wrong answers of a question, with the checks that `@fails` names.

    Raises BankError where their file cannot be read.
    """
    return _near_misses(read_text(question.near_misses_path))


@lru_cache(maxsize=64)
def _near_misses(source: str) -> Sequence[NearMiss]:
    found = []
    said = docstrings(source)
    for node in definitions(source):
        if node.name.startswith("_"):
            continue
        names = [
            argument.value
            for decorator in node.decorator_list
            if isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Name)
            and decorator.func.id == "fails"
            for argument in decorator.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        found.append(NearMiss(node.name, said[node.name], frozenset(names)))
    return tuple(found)
