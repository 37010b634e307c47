import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.amp.loop_that_goes_nan import fit
from tests.helpers.other_kind import KIND, OfAnotherKind

DTYPES = pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)


def line(*values):
    """A layer with these weights, and an optimizer that subtracts the gradient."""
    model = nn.Linear(len(values), 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    with torch.no_grad():
        model.weight += torch.tensor(values)
    return model, torch.optim.SGD(model.parameters(), lr=1.0)


def batch(target, rows=4):
    return torch.ones(rows, 2), torch.full((rows, 1), float(target))


@prompt_says(
    "The loss is the mean squared error, in float32: outputs and targets that are 300 "
    "apart give 90000, which `float16` cannot hold.",
)
@DTYPES
def test_takes_the_loss_in_float32(dtype):
    """Square an error of 300 in half precision, and see."""
    model, _ = line(0.0, 0.0)
    stands_still = torch.optim.SGD(model.parameters(), lr=0.0)
    options = {"dtype": dtype, "max_norm": 1.0, "init_scale": 1.0}
    losses, _ = fit(model, [batch(300), batch(-300.5)], stands_still, **options)
    found = [float(loss) for loss in losses]
    assert found == [90000.0, 90300.25], f"the losses were {found}"


@prompt_says(
    "The optimizer steps with the true gradients, clipped so that their norm over all "
    "of the model's parameters is at most `max_norm`.",
    "Gradients are cleared before each batch.",
)
@DTYPES
@pytest.mark.parametrize("max_norm", [0.5, 100.0])
def test_clips_the_true_gradients(dtype, max_norm):
    """A norm of what, in which units? Compare it with a plain step."""
    model, optimizer = line(0.0, 0.0)
    options = {"dtype": dtype, "max_norm": max_norm, "init_scale": 1024.0}
    model.weight.grad = torch.tensor([[9.0, 0.0]])
    fit(model, [batch(2)], optimizer, **options)
    length = min(48**0.5, max_norm)  # each of the three slopes is -4
    step = torch.cat([model.weight[0], model.bias]).norm().item()
    assert_close(step, length, rtol=1e-4, atol=0)


@prompt_says("The backward pass runs outside autocast.")
@DTYPES
def test_runs_backward_outside_autocast(dtype):
    """Autocast is for the forward pass: where does its block end?"""
    model, optimizer = line(1.0, 1.0)
    seen = []
    model.weight.register_hook(lambda _: seen.append(torch.is_autocast_enabled("cpu")))
    fit(model, [batch(2), batch(3)], optimizer, dtype=dtype, max_norm=1.0)
    assert seen == [False, False], f"was autocast on in the backward passes? {seen}"


@prompt_says(
    "Loss scaling starts at `init_scale` and follows PyTorch's rules from batch to "
    "batch: a step whose gradients are not finite is skipped, and the scale is halved "
    "after it.",
    "`fit(model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0)`",
)
def test_the_scale_follows_from_batch_to_batch():
    """What the scaler learns from one batch must be there for the next."""
    seen = []
    for count in (1, 2, 4, 5, 7):
        model, _ = line(1.0, 1.0)
        decays = torch.optim.SGD(model.parameters(), lr=1.0, weight_decay=0.5)
        batches = [batch(12, rows=1)] * count
        _, scale = fit(model, batches, decays, dtype=torch.float16, max_norm=1.0)
        seen.append((count, scale, model.weight.tolist() != [[1.0, 1.0]]))
    # a slope of 20 passes through float16 once the scale is below 3276
    halved = [(1, 32768.0, False), (2, 16384.0, False), (4, 4096.0, False)]
    expected = [*halved, (5, 2048.0, False), (7, 2048.0, True)]
    assert seen == expected, f"(batches, scale, did it step): {seen}"


@prompt_says(
    "It returns the tuple `(losses, scale)`: the loss of each batch before its step, "
    "unscaled, as a list of floats, and the scale after the last batch as a float.",
)
def test_returns_plain_numbers():
    """Report what was measured: unscaled, before the step, and no tensors."""
    model, optimizer = line(1.0, 1.0)
    options = {"dtype": torch.bfloat16, "max_norm": 1.0, "init_scale": 8.0}
    result = fit(model, [batch(2), batch(3)], optimizer, **options)
    kinds = [type(part).__name__ for part in (result, *result, *result[0])]
    wanted = ["tuple", "list", "float", "float", "float"]
    assert kinds == wanted, f"got {kinds}, expected {wanted}"
    assert result == ([0.0, 1.0], 8.0), f"got {result}"


@prompt_says(
    "The model runs under autocast to `dtype`, for the type of device that it is on.",
)
@DTYPES
def test_asks_autocast_for_the_models_device(dtype):
    """Neither the dtype nor the device is yours to choose: both are given."""
    model, optimizer = line(1.0, 1.0)
    seen = []
    hook = model.register_forward_hook(lambda *parts: seen.append(parts[2].dtype))
    fit(model, [batch(2)], optimizer, dtype=dtype, max_norm=1.0)
    assert seen == [dtype], f"the model's output was {seen}"
    hook.remove()
    with OfAnotherKind() as device:
        fit(model, [batch(2)], optimizer, dtype=dtype, max_norm=1.0)
    assert set(device.kinds) == {KIND}, f"on an {KIND}, autocast was for {device.kinds}"
