"""An answer, or a known one, in the place of the reference solution."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from backprep import answers
from backprep.bank import source
from backprep.bank.known_answer import KnownAnswer
from backprep.bank.question import Question, read_text
from backprep.files import strange_kind
from backprep.judge import explain, failure
from backprep.torch_settings import (
    changed_settings,
    restore_settings,
    surroundings_kept,
    torch_settings,
)


class Unusable(Exception):
    """The answer cannot stand in for the solution; `failure` says why."""

    def __init__(self, why: failure.Failure) -> None:
        super().__init__(why.message)
        self.failure = why


@dataclass
class StandIn:
    """Whose values stand for what the checks took from a question's solution."""

    question: Question
    path: Path
    values: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def names(self) -> dict[str, str]:
        """What the checks call each thing that they take from the solution."""
        solution = f"solutions.{self.question.topic}.{self.question.slug}"
        return source.imported_from(solution, read_text(self.question.checks_path))

    def blank(self, check: Callable[..., object]) -> str | None:
        """A constant that the check reads and that is still `...`, or a dict that
        holds nothing else."""
        read = set(check.__code__.co_names)
        for name in (name for local, name in self.names.items() if local in read):
            value = self.values.get(name)
            written = list(value.values()) if type(value) is dict else [value]
            if written and all(item is ... for item in written):
                return name
        return None

    @contextmanager
    def in_place(self, checks: Any) -> Iterator[None]:
        """Inside of the block, the values stand in the module `checks`."""
        with pytest.MonkeyPatch.context() as patch, answers.beside(self.path.parent):
            for local, name in self.names.items():
                if name in self.values:
                    patch.setattr(checks, local, self.values[name])
            yield


def import_answer(question: Question, folder: Path) -> StandIn:
    """The candidate's answer, imported. Raises Unusable."""
    os.environ[answers.FOLDER] = str(folder)
    path = question.answer_path(folder)
    if strange := strange_kind(path):
        raise Unusable(explain.no_file(path, strange))
    name = answers.module_name(question.topic, question.slug)
    before = torch_settings()
    try:
        with surroundings_kept(), answers.beside(path.parent):
            module = vars(importlib.import_module(name))
        left = list(changed_settings(before))
    except KeyboardInterrupt:
        raise  # whoever presses the keys, or has no keys, knows what it means
    except BaseException as error:
        raise Unusable(explain.loading(error, path)) from None
    finally:
        restore_settings(before)
    if left:
        raise Unusable(explain.left_changed(path, left))
    names = _names(question)
    if any(name not in module for name in names):
        raise Unusable(explain.missing(path, module, names))
    return StandIn(question, path, {name: module[name] for name in names})


def known(question: Question, answer: KnownAnswer) -> StandIn:
    """One of the question's known answers.

    A class that defines any of the solution's public names stands for these;
    anything else stands for the last function or class of the solution.
    """
    module = importlib.import_module(f"tests.{question.topic}.{answer.path.stem}")
    defined = vars(module)[answer.name]
    names = _names(question)
    inside = vars(defined) if isinstance(defined, type) else {}
    values = {
        name: value.__func__ if isinstance(value, staticmethod) else value
        for name, value in inside.items()
        if name in names
    }
    if not values:
        values = {source.principal(read_text(question.solution_path)): defined}
    return StandIn(question, answer.path, values)


def _names(question: Question) -> list[str]:
    return source.public_names(read_text(question.solution_path))
