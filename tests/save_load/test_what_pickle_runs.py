import argparse
import collections
import os
import pickle
import zipfile

import pytest
import torch

from backprep.testing import agree, complete, prompt_says
from solutions.save_load.what_pickle_runs import (
    PREDICTIONS,
    calls_when_loaded,
    load_allowing,
)

QUESTION = "save_load/what_pickle_runs"


class Call:
    """A call of `function`, once it is unpickled."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.fixture(autouse=True)
def nothing_allowed():
    before = torch.serialization.get_safe_globals()
    torch.serialization.clear_safe_globals()
    yield
    torch.serialization.clear_safe_globals()
    torch.serialization.add_safe_globals(before)


def allowed_now():
    return sorted(entry.__name__ for entry in torch.serialization.get_safe_globals())


@prompt_says(
    "Write `PREDICTIONS`, a dict from each name that the code below prints to the "
    "value printed beside it"
)
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says('print("ran_while_loading", ran())')
def test_says_when_a_pickle_runs_and_what_is_left_of_it():
    """The file holds a function's name and its arguments. Who calls it, and what does
    the caller do with the result?"""
    agree(PREDICTIONS, QUESTION, "ran_while_saving", "ran_while_loading")
    agree(PREDICTIONS, QUESTION, "type_of_the_note")


@prompt_says('print("refused_by_default", refused())')
def test_says_what_is_refused_and_when():
    """Is a name looked up before or after the call, and on a list of what kind?"""
    agree(PREDICTIONS, QUESTION, "refused_by_default", "ran_before_it_was_refused")
    agree(PREDICTIONS, QUESTION, "plain_layer_refused")


@prompt_says('print("ran_when_allowed", ran())')
def test_says_what_an_allowance_is():
    """To allow a name is to say what may happen with it."""
    agree(PREDICTIONS, QUESTION, "refused_when_allowed", "ran_when_allowed")


@prompt_says('print("ran_while_listing", ran())')
def test_says_what_can_be_known_without_loading():
    """One can read a program without running it. Which names stand in this one?"""
    agree(PREDICTIONS, QUESTION, "named", "ran_while_listing")


@prompt_says('print("ran_although_loading_failed", ran())')
def test_says_whether_an_error_undoes_anything():
    """The instructions are followed one by one, in the order of the file."""
    agree(PREDICTIONS, QUESTION, "ran_although_loading_failed")


@prompt_says(
    "When the file is loaded with `weights_only=False`, `function(*arguments)` is "
    "called, and its result stands in the place of the object.",
    "It is called once in each loading, and neither before nor while saving.",
    "The file needs none of your code.",
)
def test_a_payload_calls_its_function_when_it_is_loaded(tmp_path):
    """What does an object tell pickle about how to make it again?"""
    path, made = tmp_path / "model.pt", tmp_path / "made"
    inside = [calls_when_loaded(divmod, 17, 5), calls_when_loaded(dict)]
    call = calls_when_loaded(os.mkdir, str(made))
    assert not made.exists(), "the function was called before anything was saved"
    torch.save({"call": call, "inside": inside, "weight": torch.ones(2)}, path)
    assert not made.exists(), "the function was called while saving"
    own = calls_when_loaded.__module__.encode()
    with zipfile.ZipFile(path) as file:
        program = file.read(next(n for n in file.namelist() if n.endswith("data.pkl")))
    assert own not in program, "the file names your module, which its reader lacks"
    for _ in range(2):
        loaded = torch.load(path, weights_only=False)  # mkdir fails a second time
        assert made.exists(), "the file was loaded and the function not called"
        made.rmdir()
        found = loaded["call"], loaded["inside"]
        assert found == (None, [(3, 2), {}]), f"in their place stand {found}"


@prompt_says(
    "`load_allowing(path, allowed)` returns what the file at `path` holds.",
    "Besides what PyTorch lets in anyway, it may use the classes and functions in the "
    "list `allowed`.",
)
def test_loads_what_is_allowed(tmp_path):
    """Name what the file may use; the tensors need no permission."""
    path = tmp_path / "model.pt"
    options = argparse.Namespace(lr=0.1)
    torch.save(
        {"weight": torch.ones(2), "options": options, "n": Call(divmod, 17, 5)}, path
    )
    try:
        loaded = load_allowing(path, [argparse.Namespace, divmod])
    except pickle.UnpicklingError:
        pytest.fail("Namespace and divmod were allowed, and a file of both was refused")
    assert torch.equal(loaded.pop("weight"), torch.ones(2))
    assert loaded == {"options": options, "n": (3, 2)}, f"the file held {loaded}"
    torch.save([torch.ones(2)], path)
    assert torch.equal(load_allowing(str(path), [])[0], torch.ones(2))


@prompt_says(
    "The file is read with `weights_only=True`, even where "
    "`TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD` is set.",
    "Anything else raises `pickle.UnpicklingError` and is not called. The same goes "
    "for functions such as `os.mkdir`, which PyTorch refuses even if they are "
    "allowed.",
)
@pytest.mark.parametrize(
    ("allowed", "forced"), [([argparse.Namespace], ""), ([os.mkdir], ""), ([], "1")]
)
def test_refuses_anything_else(allowed, forced, tmp_path, monkeypatch):
    """An error is the right answer to a file that asks for more."""
    monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", forced)
    path, made = tmp_path / "model.pt", tmp_path / "made"
    torch.save([torch.ones(2), Call(os.mkdir, str(made))], path)
    said = f"allowing {[item.__name__ for item in allowed]}" + (
        ", with weights_only off in the environment" * bool(forced)
    )
    try:
        load_allowing(path, allowed)
        error = "no error"
    except Exception as raised:
        error = type(raised).__name__
    assert not made.exists(), f"{said}, os.mkdir was called ({error})"
    assert error == pickle.UnpicklingError.__name__, f"{said}, there was {error}"


@prompt_says(
    "Afterwards the process allows what it allowed before, no more and no less, also "
    "after an error.",
)
@pytest.mark.parametrize("fails", [False, True])
def test_allows_it_for_one_call(fails, tmp_path):
    """What is allowed is a matter of the whole process: who cleans up, and of what?"""
    path = tmp_path / "model.pt"
    wanted = [argparse.Namespace(), collections.deque()]
    torch.save(wanted + [Call(divmod, 17, 5)] * fails, path)
    torch.serialization.add_safe_globals([collections.deque, collections.defaultdict])
    try:
        load_allowing(path, [argparse.Namespace, collections.deque])
    except pickle.UnpicklingError:
        assert fails, "what was allowed did not load"
    found = allowed_now()
    assert found == ["defaultdict", "deque"], f"afterwards {found} were allowed"
