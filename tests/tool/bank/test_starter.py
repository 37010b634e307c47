"""A starter is the solution's own text without what gives it away."""

import ast

import pytest

from backprep.bank.questions import load_questions, read_question
from backprep.bank.starter import emptied, starter

SOLUTION = '''\
"""How it is done."""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

_CACHE: dict = {}
RATES = {"a": 1, "b": 2}
LIMIT: int = 3


class Result(NamedTuple):
    """What is returned."""

    loss: float
    steps: int = 0


class Rescale(nn.Module):
    """Divide by the root of the width."""

    def __init__(self, width: int):
        # nor this
        super().__init__()
        self.root = math.sqrt(width)

    @property
    @torch.no_grad()  # nor that nothing is recorded
    def size(self) -> int:
        """The width."""
        return round(self.root**2)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, width) in and out."""
        # the reader must not see this
        return _halve(pack_padded_sequence(x)) / self.root

    def _helper(self):
        return 1


# a comment above a helper
def _halve(x):
    return x / 2


def apply(f: Callable, *, lr: float = 1e-3) -> "Result": return f(lr)
'''

STARTER = '''\
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

RATES = {
    "a": ...,
    "b": ...,
}
LIMIT: int = ...


class Result(NamedTuple):
    """What is returned."""

    loss: float
    steps: int = 0


class Rescale(nn.Module):
    """Divide by the root of the width."""

    def __init__(self, width: int):
        raise NotImplementedError

    @property
    def size(self) -> int:
        """The width."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """(batch, width) in and out."""
        raise NotImplementedError


def apply(f: Callable, *, lr: float = 1e-3) -> "Result":
    raise NotImplementedError
'''


def test_keeps_signatures_docstrings_and_the_imports_they_need():
    assert emptied(SOLUTION) == STARTER


def test_emptying_twice_changes_nothing():
    assert emptied(STARTER) == STARTER


@pytest.mark.parametrize("question", load_questions(), ids=str)
def test_every_starter_is_python(question):
    compile(starter(question), "starter", "exec")


def test_a_debug_starter_is_a_near_miss_under_the_name_asked_for():
    question = read_question("autograd/leaky_graph")
    text = starter(question)
    assert "def fit_line(" in text
    assert question.starter not in text
    assert "NotImplementedError" not in text


@pytest.mark.parametrize("question", load_questions(), ids=str)
def test_a_starter_imports_each_name_once_and_nothing_of_the_bank(question):
    imports = [
        node
        for node in ast.parse(starter(question)).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    modules = {getattr(node, "module", node.names[0].name) for node in imports}
    assert not {m.partition(".")[0] for m in modules} & {"solutions", "tests"}
    names = [alias.asname or alias.name for node in imports for alias in node.names]
    assert len(names) == len(set(names))
