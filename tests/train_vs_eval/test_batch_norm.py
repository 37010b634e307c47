import pytest
import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.train_vs_eval.batch_norm import BatchNorm1d
from tests.helpers.torch_calls import Operations


def pair(eps=1e-5, momentum=0.1, dtype=torch.float64):
    """The layer in question and PyTorch's, with the same weights."""
    layer, torchs = BatchNorm1d(3, eps, momentum), nn.BatchNorm1d(3, eps, momentum)
    with torch.no_grad():
        for parameter in (torchs.weight, torchs.bias):
            parameter.copy_(torch.randn(3))
        layer.weight.copy_(torchs.weight)
        layer.bias.copy_(torchs.bias)
    return layer.to(dtype), torchs.to(dtype)


def batch(size, dtype=torch.float64):
    return torch.randn(3, size, dtype=dtype).T * torch.tensor([0.5, 1.0, 5.0]) + 2


def backward(layer, x):
    """Output and input, after the backward pass of a loss that is not linear."""
    layer.zero_grad()
    x = x.clone().requires_grad_()
    y = layer(x)
    (y**3).sum().backward()
    return y.detach(), x


def compare_passes(layer, torchs, x):
    """The outputs and all gradients of one forward and backward pass."""
    (y, x), (expected, twin) = backward(layer, x), backward(torchs, x)
    assert_close(y, expected)
    assert_close(x.grad, twin.grad)
    assert_close(layer.weight.grad, torchs.weight.grad)
    assert_close(layer.bias.grad, torchs.bias.grad)


def compare_outputs(layer, torchs, x):
    """The outputs of a pass that records no graph."""
    with torch.no_grad():
        assert_close(layer(x), torchs(x))


def compare_statistics(layer, torchs):
    """What both layers remember."""
    assert_close(layer.running_mean, torchs.running_mean)
    assert_close(layer.running_var, torchs.running_var)
    got, expected = layer.num_batches_tracked, torchs.num_batches_tracked
    same = torch.equal(got, expected) and got.dtype == expected.dtype
    assert same, f"num_batches_tracked is {got!r}, expected {expected!r}"


def ready_ones(names):
    """Those of the names that are a normalisation's, as `native_layer_norm` is."""
    ready = ("batch_norm", "group_norm", "layer_norm", "instance_norm")
    return sorted(name for name in names if any(part in name for part in ready))


class Calls(TorchFunctionMode):
    """The names of the functions that are called inside from Python."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def __torch_function__(self, function, types, args=(), kwargs=None):
        self.names.add(getattr(function, "__name__", str(function)))
        return function(*args, **(kwargs or {}))


@prompt_says(
    "In training mode it normalises each feature by the mean and the biased variance "
    "of the batch, then applies `weight` and `bias`. `eps` is added to the variance.",
    "It works in float32 and float64, and leaves its input as it is.",
)
@pytest.mark.parametrize(
    ("size", "eps", "dtype"),
    [(8, 1e-5, torch.float32), (5, 1e-3, torch.float64), (64, 0.5, torch.float32)],
)
def test_normalises_a_batch_as_torch_does(size, eps, dtype):
    """Which variance, where `eps` goes, then scale and shift: feature by feature."""
    layer, torchs = pair(eps=eps, dtype=dtype)
    x = batch(size, dtype)
    before = x.clone()
    assert_close(layer(x), torchs(x))
    assert torch.equal(x, before), "your layer changed its input `x`"


@prompt_says(
    "The gradients of the input, `weight` and `bias` are those of PyTorch's layer in "
    "both modes.",
)
def test_gradients_flow_through_the_statistics():
    """Mean and variance depend on every example: they are part of the derivative."""
    layer, torchs = pair()
    for size in (2, 5):
        compare_passes(layer, torchs, batch(size))
    x = batch(4)
    x[:, 0] = 3.0  # a feature that has died
    compare_passes(layer, torchs, x)


@prompt_says(
    "Each such call also moves the running statistics: `momentum` is the weight of "
    "the new value, and the variance that is kept is the unbiased one.",
    "`num_batches_tracked` counts the calls in training mode.",
    "The running statistics hold no graph.",
)
@pytest.mark.parametrize(
    "momentum", [{"momentum": 0.8}, {"momentum": 0.0}, {}], ids=str
)
def test_keeps_the_running_statistics_of_torch(momentum):
    """Ask which variance is kept, and whose share `momentum` is."""
    layer, torchs = BatchNorm1d(3, **momentum), nn.BatchNorm1d(3, **momentum)
    layer, torchs = layer.double(), torchs.double()
    for size in (2, 50, 3):
        x = batch(size).requires_grad_()
        layer(x), torchs(x)
        compare_statistics(layer, torchs)
        graph = layer.running_mean.requires_grad or layer.running_var.requires_grad
        assert not graph, "the running statistics hold a graph"


@prompt_says(
    "In evaluation mode it normalises by the running statistics and leaves them "
    "alone. One example is enough.",
    "are those of PyTorch's layer in both modes",
)
def test_evaluates_by_the_running_statistics():
    """In evaluation mode an example's result must not depend on its neighbours."""
    layer, torchs = (each.eval() for each in pair(eps=0.1))
    for each in (layer, torchs):
        each.running_mean.copy_(torch.tensor([1.0, -2.0, 3.0]))
        each.running_var.copy_(torch.tensor([0.5, 2.0, 9.0]))
    for x in (batch(5), batch(1)):
        compare_passes(layer, torchs, x)
        compare_statistics(layer, torchs)


@prompt_says(
    "Over any sequence of calls in training and in evaluation mode it does what "
    "`torch.nn.BatchNorm1d` does, up to rounding.",
    "This happens with gradients switched off too.",
)
@pytest.mark.parametrize("calls", ["TTETN", "ENTNE"])
def test_follows_any_sequence_of_modes(calls):
    """T trains, E evaluates, N trains under no_grad: only evaluation leaves no mark."""
    layer, torchs = pair(momentum=0.3)
    for n, mode in enumerate(calls, 2):
        for each in (layer, torchs):
            each.train(mode != "E")
        compare = compare_outputs if mode == "N" else compare_passes
        compare(layer, torchs, batch(n))
        compare_statistics(layer, torchs)


@prompt_says(
    "The state dict has the keys, shapes, dtypes and first values of PyTorch's",
    "Only `weight` and `bias` are parameters.",
)
def test_holds_what_torchs_layer_holds():
    """What is learned is a parameter, what is only remembered is a buffer."""
    layer, torchs = BatchNorm1d(3), nn.BatchNorm1d(3)
    for listed in ("named_parameters", "named_buffers", "state_dict"):
        found, expected = (dict(getattr(m, listed)()) for m in (layer, torchs))
        names = f"{listed}() gives {sorted(found)}, expected {sorted(expected)}"
        assert found.keys() == expected.keys(), names
        assert_close(found, expected)


@prompt_says(
    "either layer loads the other's with `strict=True`",
    "Over any sequence of calls in training and in evaluation mode it does what "
    "`torch.nn.BatchNorm1d` does, up to rounding.",
)
def test_loads_what_torch_saved():
    """A trained layer's state dict must fit, and the layer go on from there."""
    layer, torchs = BatchNorm1d(3).double(), nn.BatchNorm1d(3).double()
    for size in (4, 6):
        torchs(batch(size))
    layer.load_state_dict(torchs.state_dict(), strict=True)
    compare_outputs(layer.eval(), torchs.eval(), batch(5))
    compare_outputs(layer.train(), torchs.train(), batch(5))
    compare_statistics(layer, torchs)


@prompt_says(
    "A batch of one in training mode raises `ValueError` and leaves the running mean "
    "and variance as they are.",
    "One example is enough.",
)
def test_refuses_a_batch_of_one_in_training():
    """One example has no variance: say so before anything has changed."""
    layer = BatchNorm1d(3)
    with pytest.raises(ValueError):
        layer(torch.full((1, 3), 7.0))
    assert_close(layer.running_mean, torch.zeros(3))
    assert_close(layer.running_var, torch.ones(3))
    assert layer.eval()(torch.ones(1, 3)).shape == (1, 3)


@prompt_says(
    "Features far from zero, such as a mean of 1000 and a deviation of 1, come out "
    "right to within 0.01 in float32.",
)
def test_survives_features_far_from_zero():
    """The difference of two large numbers keeps few digits: centre first."""
    x = torch.randn(16, 3) + 1000
    expected = nn.BatchNorm1d(3).double()(x.double()).float()
    # at 1000 float32 has steps of 6e-5
    assert_close(BatchNorm1d(3)(x), expected, rtol=0, atol=1e-2)


@prompt_says(
    "Write the arithmetic yourself: neither PyTorch's batch normalisation, by "
    "whatever name it is called or inherited, nor a group, instance or layer "
    "normalisation that does the same to a transposed batch.",
)
def test_is_written_without_a_ready_normalisation():
    """The question asks for the arithmetic that PyTorch's own operators hide."""
    layer, _ = pair()
    with Operations() as operators, Calls() as calls:
        backward(layer, batch(4))
        backward(layer.eval(), batch(4))
    called, run = ready_ones(calls.names), ready_ones(operators.names)
    assert run == [], f"your layer calls {', '.join(called)} and runs {', '.join(run)}"
