"""What the worker imports between two verdicts."""

from backprep.judge.imports_ahead import modules_of_torch
from tests.helpers.imported import imported_after


def test_modules_are_those_of_torch_that_are_imported_by_name_and_at_once():
    source = """
import math
import torch.fx.experimental.symbolic_shapes
import torch.nn as nn, torch.export
from torch.func import vmap
def later():
    import torch._dynamo
"""
    assert list(modules_of_torch(source)) == [
        "torch.fx.experimental.symbolic_shapes",
        "torch.nn",
        "torch.export",
    ]


def loaded_after(question_id, module):
    """Whether a new process has `module` once it was told of `question_id`."""
    code = (
        "from backprep.judge.imports_ahead import import_ahead; "
        f"import_ahead({question_id!r})"
    )
    return module in imported_after(code)


def test_what_the_checks_import_is_there_before_the_next_verdict():
    slow = "torch._dynamo.backends.debugging"
    assert loaded_after("pytorch_vs_tensorflow/comparison", slow)
    assert not loaded_after("autograd/gradient", slow)


def test_what_many_answers_make_torch_import_is_there_for_every_question():
    assert loaded_after("autograd/gradient", "sympy")


def test_a_question_that_is_not_there_is_left_to_the_verdict():
    assert not loaded_after("nowhere/nothing", "torch")
