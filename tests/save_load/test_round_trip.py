import contextlib
import pickle
import re
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from backprep.testing import prompt_says
from solutions.save_load.round_trip import load_model, save_model
from tests.helpers.payload import Payload
from tests.helpers.second_device import Elsewhere, OnTheCpu


def classifier(dtype=torch.float32):
    """A model in training, with buffers of three kinds."""
    layers = nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 2)
    model = nn.Sequential(*layers).to(dtype)
    model(torch.randn(8, 3, dtype=dtype))
    model.register_buffer("seen", torch.rand(5) < 0.5)
    model.register_buffer("scratch", torch.rand(2), persistent=False)
    return model


def every_tensor(model):
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    return {name: tensor.detach().clone() for name, tensor in tensors.items()}


def frozen(model):
    return [name for name, p in model.named_parameters() if not p.requires_grad]


def different(actual, expected):
    """The names of the tensors that are not the same, bit for bit."""

    def same(a, b):  # by their bytes, which tell 0.0 from -0.0 and NaN from NaN
        a_bytes, b_bytes = (t.detach().reshape(-1).view(torch.uint8) for t in (a, b))
        alike = a.dtype == b.dtype and a.shape == b.shape
        return alike and torch.equal(a_bytes, b_bytes)

    return [n for n in expected if n not in actual or not same(actual[n], expected[n])]


def read(path):
    """What the file holds, read as one that nobody trusts."""
    try:
        return torch.load(path, weights_only=True)
    except pickle.UnpicklingError as error:
        name = re.search(r"GLOBAL (\S+)", str(error))
        more = f": it holds a {name[1]}" if name else ""
        pytest.fail(f"the file does not load with weights_only=True{more}")


@prompt_says(
    "The file holds the model's state dict, names and tensors, and nothing else, "
    "and `torch.load(path, weights_only=True)` reads it.",
)
def test_the_file_holds_the_state_dict_alone(tmp_path):
    """Save what `state_dict()` gives, as it is: names and tensors, nothing around."""
    model, path = classifier(), tmp_path / "model.pt"
    save_model(model, path)
    state = read(path)
    assert isinstance(state, dict), f"the file holds a {type(state).__name__}"
    assert list(state) == list(model.state_dict()), "the names in the file differ"
    names = different(state, model.state_dict())
    assert names == [], f"not bit for bit the model's: {', '.join(names)}"


@prompt_says(
    "Parameters and buffers come back bit for bit, in any dtype.",
    "A path is a `str` or a `pathlib.Path`.",
    "It may be moved before it is read.",
)
@pytest.mark.parametrize(
    ("dtype", "path_type"),
    [(torch.float64, str), (torch.bfloat16, Path)],
)
def test_parameters_and_buffers_come_back_bit_for_bit(dtype, path_type, tmp_path):
    """Running statistics and counters count as much as weights; no digit may go."""
    model = classifier(dtype)
    with torch.no_grad():
        model[0].weight[0] = torch.tensor([float("nan"), float("-inf"), -0.0])
    save_model(model, path_type(tmp_path / "model.best"))
    save_model(classifier(dtype), path_type(tmp_path / "served"))
    assert (tmp_path / "model.best").is_file(), "there is no file of the given name"
    (tmp_path / "model.best").replace(tmp_path / "served")
    loaded = load_model(classifier(dtype), path_type(tmp_path / "served"))
    returned = type(loaded).__name__
    assert isinstance(loaded, nn.Module), f"load_model returned {returned}, not a model"
    names = different(loaded.state_dict(), model.state_dict())
    assert names == [], f"not bit for bit what was saved: {', '.join(names)}"


@prompt_says(
    "fills it with the weights from the file and returns that same object",
    "Its parameters stay the same objects, too, whoever else holds them.",
)
def test_fills_the_model_that_it_is_given(tmp_path):
    """Whoever else holds the model, be it an optimizer, must have the weights too."""
    save_model(classifier(), tmp_path / "model.pt")
    model = classifier()
    before = dict(model.named_parameters())
    loaded = load_model(model, tmp_path / "model.pt")
    assert loaded is model, "load_model returned another model than it was given"
    new = [name for name, p in model.named_parameters() if p is not before[name]]
    assert new == [], f"parameters are other objects than before: {', '.join(new)}"


@prompt_says(
    "The loaded model is in evaluation mode",
    "Whatever required gradients before still does.",
)
def test_the_loaded_model_is_in_eval_mode(tmp_path):
    """A loaded model predicts, so dropout must be off; it may also be trained on."""
    save_model(classifier(), tmp_path / "model.pt")
    loaded = load_model(classifier(), tmp_path / "model.pt")
    training = [type(m).__name__ for m in loaded.modules() if m.training]
    assert training == [], f"in train mode after loading: {', '.join(training)}"
    assert frozen(loaded) == [], (
        "loading froze weights: they no longer require gradients"
    )


class CopiesOutOfMeta(TorchFunctionMode):
    """Tensors on `meta` have a device and no values: copying one does nothing."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func is torch.Tensor.copy_ and args[1].is_meta:
            return args[0]
        return func(*args, **(kwargs or {}))


@prompt_says("all of its tensors are on `device`")
def test_the_loaded_model_is_on_the_device(tmp_path):
    """Where the file's tensors are does not decide where the model's are."""
    save_model(classifier(), tmp_path / "model.pt")
    for device in ("meta", torch.device("meta")):
        with CopiesOutOfMeta():
            loaded = load_model(classifier(), tmp_path / "model.pt", device)
        tensors = {**dict(loaded.named_parameters()), **dict(loaded.named_buffers())}
        left = [name for name, tensor in tensors.items() if not tensor.is_meta]
        assert left == [], f"not on the device that was asked for: {', '.join(left)}"


@prompt_says("A file that was saved on a device which this machine lacks still loads.")
def test_a_file_of_another_device_loads(tmp_path, monkeypatch):
    """A file remembers the device of each tensor; this one's is not in this machine."""
    model, path = classifier(), tmp_path / "model.pt"
    with monkeypatch.context() as patch:
        patch.setattr(torch.serialization, "location_tag", lambda storage: "cuda:99")
        save_model(model, path)
    loaded = load_model(classifier(), path)
    names = different(loaded.state_dict(), model.state_dict())
    assert names == [], f"not what was saved: {', '.join(names)}"


def save_another(difference, path):
    """Save a model that differs from `classifier()` in one respect."""
    model = classifier()
    if difference == "inside":
        torch.save({"model": model.state_dict(), "epoch": 3}, path)
        return
    if difference == "missing":
        model[3] = nn.Linear(4, 2, bias=False)
    elif difference == "unexpected":
        model.append(nn.Linear(2, 2))
    elif difference == "shape":  # one that would broadcast
        model[3] = nn.Linear(4, 1)
    else:  # as many numbers in another shape
        model[3].weight = nn.Parameter(torch.randn(4, 2))
    save_model(model, path)


@prompt_says(
    "A file of another architecture (a key missing, a key too many, another shape), "
    'or one that has the state dict inside, such as `{"model": state_dict, '
    '"epoch": 3}`, raises a `RuntimeError` that names the keys or the shapes',
)
@pytest.mark.parametrize(
    ("difference", "named"),
    [
        ("missing", r"3\.bias"),
        ("unexpected", r"4\.(weight|bias)"),
        ("inside", r"\bmodel\b|\bepoch\b|0\.weight"),
        ("shape", r"3\.(weight|bias)|\b1\D{1,3}4\b"),
    ],
)
def test_another_architecture_is_refused_by_name(difference, named, tmp_path):
    """A file that does not fit is an error, and the error says what does not."""
    save_another(difference, tmp_path / "model.pt")
    with pytest.raises(RuntimeError, match=named):
        load_model(classifier(), tmp_path / "model.pt")


@prompt_says("leaves every tensor of the model as it was")
@pytest.mark.parametrize("difference", ["missing", "unexpected", "shape", "transposed"])
def test_a_refused_file_changes_no_tensor(difference, tmp_path):
    """What has been copied before the error must be undone, or never be copied."""
    save_another(difference, tmp_path / "model.pt")
    model = classifier()
    before = every_tensor(model)
    with pytest.raises(RuntimeError):
        load_model(model, tmp_path / "model.pt")
    names = different(every_tensor(model), before)
    assert names == [], f"changed by a file that was refused: {', '.join(names)}"


@prompt_says("Loading runs no code that somebody put into the file.")
def test_loading_runs_no_code_from_the_file(tmp_path):
    """Unpickling calls what the file names: let the loader refuse all but tensors."""
    path = tmp_path / "model.pt"
    save_model(classifier(), path)
    payload = {"payload": Payload(tmp_path / "made")}
    torch.save({**classifier().state_dict(), **payload}, path)
    with contextlib.suppress(Exception):
        load_model(classifier(), path)
    assert not (tmp_path / "made").exists(), "loading ran code that was in the file"


@prompt_says(
    "Saving leaves the model as it was, including its modes, its device and what "
    "requires gradients.",
)
def test_saving_leaves_the_model_as_it_was(tmp_path):
    """Training goes on after a save: same values, same modes, nothing frozen."""
    model = classifier()
    model[1].eval().requires_grad_(False)
    modes, before = [m.training for m in model.modules()], every_tensor(model)
    save_model(model, tmp_path / "model.pt")
    assert [m.training for m in model.modules()] == modes, "saving changed a mode"
    assert frozen(model) == ["1.weight", "1.bias"], "saving changed a requires_grad"
    names = different(every_tensor(model), before)
    assert names == [], f"saving changed {', '.join(names)}"
    with Elsewhere():
        save_model(model, tmp_path / "model.pt")
    moved = [name for name, b in model.named_buffers() if isinstance(b, OnTheCpu)]
    assert moved == [], f"saving moved {', '.join(moved)} to the CPU"
