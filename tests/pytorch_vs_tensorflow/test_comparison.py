import itertools
import os
import sys

import pytest
import torch
import torch._dynamo.backends.debugging  # with torch.compile: the judge has it ready
from torch import nn
from torch.utils.data import DataLoader

from backprep.testing import agree, complete, needs, prompt_says
from solutions.pytorch_vs_tensorflow.comparison import (
    PREDICTIONS,
    ROWS,
    captured_in_pytorch,
    captured_in_tensorflow,
    noisy_in_pytorch,
    noisy_in_tensorflow,
    reloaded_in_pytorch,
    reloaded_in_tensorflow,
    total_gradient_in_pytorch,
    total_gradient_in_tensorflow,
)

# keeps what TensorFlow says of the processor out of what the answer prints
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")

QUESTION = "pytorch_vs_tensorflow/comparison"
FEATURES = (
    "graph building",
    "debugging",
    "gradients",
    "data",
    "saving",
    "deployment",
    "ecosystem",
)


def captured_notes_every_call(make, is_captured, tensor):
    runs = []

    def body(x, tell):
        runs.append(is_captured())
        tell(x + 1)
        return 2 * x

    noted, values = [], [1.0, 2.0, 2.0]
    captured = make(body, noted.append)
    results = [float(captured(tensor(value))) for value in values]
    said = f"with x at {values}, `body` told x + 1 each time, and `note` got {noted}"
    assert [type(value) for value in noted] == [float] * 3, said
    assert noted == [2.0, 3.0, 3.0], said
    assert all(runs), "`body` ran outside a graph that was captured"
    assert results == [2.0, 4.0, 4.0], f"`body` gives 2 * x, and you return {results}"


def sums_the_gradients(total_gradient, weight, add):
    losses = [lambda w: add(w * w), lambda w: add(3 * w), lambda w: add(w * w * w)]
    for call in ("the first", "the second"):
        found = [float(part) for part in total_gradient(losses, weight)]
        said = f"{call} call returned {found} for w², 3w and w³ at 1 and 2"
        assert found == [8.0, 19.0], said


def draws_for_every_item(make, kind):
    numbers, items = itertools.count(1), [10.0, 20.0, 30.0]
    pipeline = make(items, lambda: float(next(numbers)))
    assert isinstance(pipeline, kind), f"you return a {type(pipeline).__name__}"
    epochs = [[float(number) for number in pipeline] for _ in range(2)]
    said = f"with draw() counting from 1, two epochs over {items} gave {epochs}"
    shapes = {tuple(getattr(number, "shape", ())) for number in pipeline}
    assert shapes == {()}, f"you give batches of the shape {shapes.pop()}, not numbers"
    assert [len(epoch) for epoch in epochs] == [3, 3], said
    drawn = [n - item for epoch in epochs for n, item in zip(epoch, items, strict=True)]
    assert len(set(drawn)) == 6, said
    assert all(number in range(1, 100) for number in drawn), said


@prompt_says(
    "a dict from each of the seven features",
    "to a pair of texts: what you say of PyTorch, and what you say of TensorFlow",
    "No text is empty.",
    "a dict from each name that the code below prints to the value printed beside it",
)
def test_fills_in_the_table_and_every_prediction():
    """Something to say in each place: a guess with its reason is worth more than a
    gap."""
    assert type(ROWS) is dict, f"ROWS is a {type(ROWS).__name__}; write a dict"
    for feature in (*FEATURES, *ROWS):
        row = ROWS.get(feature, ...)
        assert row is not ..., f"ROWS says nothing about {feature!r} yet"
        pair = isinstance(row, tuple | list) and len(row) == 2
        assert pair, f"{feature}: write a pair, one text for each library"
        for side, text in zip(("PyTorch", "TensorFlow"), row, strict=True):
            said = isinstance(text, str) and text.strip()
            assert said, f"{feature}: {text!r} says nothing of {side}"
    complete(PREDICTIONS, QUESTION)


@prompt_says("from each name that the code below prints to the value printed beside it")
def test_says_when_python_runs_and_what_a_graph_keeps():
    """Does this side run the Python again, or only what it made of it?"""
    names = ("pytorch_calls", "pytorch_graphs", "pytorch_branch_in_one_graph")
    names += ("tensorflow_eager", "tensorflow_calls", "tensorflow_value_inside")
    agree(PREDICTIONS, QUESTION, *names, "tensorflow_calls_with_another_shape")


@prompt_says("from each name that the code below prints to the value printed beside it")
def test_says_what_a_second_pass_leaves():
    """Where does each side put a gradient, and what was there before?"""
    agree(PREDICTIONS, QUESTION, "pytorch_gradient", "tensorflow_gradient")


@prompt_says("from each name that the code below prints to the value printed beside it")
def test_says_how_often_python_handles_the_data():
    """Four items, two epochs: which side calls your function, and which its graph?"""
    agree(PREDICTIONS, QUESTION, "pytorch_items", "tensorflow_items")


@prompt_says("from each name that the code below prints to the value printed beside it")
def test_says_whether_what_was_saved_can_be_called():
    """Were weights saved, or what computes with them as well?"""
    agree(PREDICTIONS, QUESTION, "pytorch_callable", "tensorflow_callable")


@prompt_says(
    "returns `body(x, tell)`, run inside a graph that the library captures on request",
    "at every call, `note` gets that tensor's value, once, as a Python float",
)
def test_pytorch_notes_every_call_of_what_it_captures():
    """A compiled function still lets you look at a value, if the graph may break."""
    is_captured = torch.compiler.is_compiling
    captured_notes_every_call(captured_in_pytorch, is_captured, torch.tensor)


@prompt_says(
    "return the sum of the gradients that the functions `losses` have at `weight`",
    "Every call returns the same, whatever `weight.grad` holds before it.",
)
def test_pytorch_sums_the_gradients_of_all_losses():
    """What is in `.grad` before each pass, and who takes it away?"""
    weight = torch.tensor([1.0, 2.0], requires_grad=True)
    sums_the_gradients(total_gradient_in_pytorch, weight, torch.sum)
    weight.grad = torch.ones(2)
    sums_the_gradients(total_gradient_in_pytorch, weight, torch.sum)


@prompt_says(
    "return a `DataLoader` and a `tf.data.Dataset`",
    "one number for each of `items`, a list of floats, in their order",
    "it is called anew for every item in every epoch",
)
def test_pytorch_draws_for_every_item_of_every_epoch():
    """Which of your Python functions does a DataLoader call, and when?"""
    draws_for_every_item(noisy_in_pytorch, DataLoader)


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.by = nn.Parameter(torch.tensor([2.0, 3.0]))

    def forward(self, x):
        return x * self.by + 1


def taken_away(*_, **__):
    raise RuntimeError("the model's class was taken away: the file must do without it")


@prompt_says(
    "save `model` to `path`, then call `forget()`, and then return what they load",
    "takes the model's class away, so that neither its constructor nor its forward "
    "pass can be called any more, and sets the weights of `model` to zero",
    "Called on a tensor with the shape and dtype of `example`, what you return gives "
    "what the model gave before.",
    "Use no format that is deprecated.",
)
def test_pytorch_reloads_a_program_without_its_class(tmp_path, monkeypatch):
    """Weights alone do not compute: what must the file hold besides?"""
    model, path = Scale(), tmp_path / "model.pt2"
    forgotten = []

    def forget():
        forgotten.append(path.exists())
        monkeypatch.setattr(Scale, "__init__", taken_away)
        monkeypatch.setattr(Scale, "forward", taken_away)
        monkeypatch.delattr(sys.modules[__name__], "Scale")
        nn.init.zeros_(model.by)

    loaded = reloaded_in_pytorch(model, torch.ones(2), str(path), forget)
    assert forgotten == [True], "call forget() once, when the file is there"
    kind = type(loaded).__name__
    assert callable(loaded), f"what you load is a {kind}, not a program"
    assert not isinstance(loaded, torch.jit.ScriptModule), "TorchScript is deprecated"
    found = loaded(torch.tensor([1.0, 2.0])).tolist()
    assert found == [3.0, 7.0], f"the model gave [3.0, 7.0], and what you load {found}"


def captured_in_a_graph_of_tensorflow(folder):
    import tensorflow as tf

    is_captured = tf.inside_function
    captured_notes_every_call(captured_in_tensorflow, is_captured, tf.constant)


def gradients_of_tensorflow(folder):
    import tensorflow as tf

    weight = tf.Variable([1.0, 2.0])
    sums_the_gradients(total_gradient_in_tensorflow, weight, tf.reduce_sum)


def data_of_tensorflow(folder):
    import tensorflow as tf

    draws_for_every_item(noisy_in_tensorflow, tf.data.Dataset)


def a_program_of_tensorflow(folder):
    import tensorflow as tf

    class Scale(tf.Module):
        def __init__(self):
            self.by = tf.Variable([2.0, 3.0])

        @tf.function
        def __call__(self, x):
            return x * self.by + 1

    model, path, forgotten = Scale(), folder / "model", []

    def forget():
        forgotten.append(path.exists())
        Scale.__init__ = Scale.__call__ = taken_away
        model.by.assign([0.0, 0.0])

    loaded = reloaded_in_tensorflow(model, tf.ones(2), str(path), forget)
    assert forgotten == [True], "call forget() once, when the folder is there"
    kind = type(loaded).__name__
    assert callable(loaded), f"what you load is a {kind}, not a program"
    found = loaded(tf.constant([1.0, 2.0])).numpy().tolist()
    assert found == [3.0, 7.0], f"the model gave [3.0, 7.0], and what you load {found}"


@needs("tensorflow")
@pytest.mark.xdist_group("tensorflow")
@prompt_says(
    "Write each of these four twice, once for PyTorch and once for TensorFlow, so that "
    "both do what is said.",
)
@pytest.mark.parametrize(
    "part",
    [
        captured_in_a_graph_of_tensorflow,
        gradients_of_tensorflow,
        data_of_tensorflow,
        a_program_of_tensorflow,
    ],
)
def test_tensorflow_does_what_pytorch_does(part, tmp_path):
    """Where TensorFlow made a graph of it, your Python does not run again."""
    part(tmp_path)
