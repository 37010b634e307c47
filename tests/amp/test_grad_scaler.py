import copy
import inspect
import math
from itertools import groupby

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.amp.grad_scaler import GradScaler

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)


def parameters(*values, dtype=torch.float32):
    """One parameter for each list of numbers."""
    return [nn.Parameter(torch.tensor(v, dtype=dtype)) for v in values]


def sgd(weights):
    """An optimizer with a group for each parameter."""
    return torch.optim.SGD([{"params": [w]} for w in weights], lr=1.0)


def backward(scaler, weights, gradients):
    """A backward pass whose true gradients are `gradients`."""
    pairs = zip(weights, gradients, strict=True)
    loss = sum((w * torch.tensor(g, dtype=w.dtype)).sum() for w, g in pairs)
    for w in weights:
        w.grad = None
    scaler.scale(loss).backward()


def numbers(weights):
    return [w.tolist() for w in weights]


@prompt_says(
    "`scale(loss)` returns the loss times the scale, with its graph; the loss itself "
    "stays as it is. `get_scale()` returns the current scale as a float.",
    "GradScaler(init_scale=65536.0, growth_factor=2.0, backoff_factor=0.5, "
    "growth_interval=2000)",
)
@DTYPES
def test_scales_the_loss_and_so_its_gradients(dtype):
    """Multiply the loss: the chain rule carries the factor to every gradient."""
    (w,) = parameters([1.0, 3.0], dtype=dtype)
    scaler, loss = GradScaler(8.0), (w**2).sum()
    scaled = scaler.scale(loss)
    assert (loss.item(), scaled.item()) == (10.0, 80.0), f"the loss was 10, now {loss}"
    scaled.backward()
    assert w.grad.tolist() == [16.0, 48.0], f"the gradients are {w.grad.tolist()}"
    size = scaler.get_scale()
    assert (size, type(size)) == (8.0, float), f"the scale of 8 is {size!r}"
    defaults = [p.default for p in inspect.signature(GradScaler).parameters.values()]
    assert defaults == [65536.0, 2.0, 0.5, 2000], f"the defaults are {defaults}"


@prompt_says(
    "`step(optimizer)` takes the optimizer's step with the true gradients. They are "
    "divided once: by `unscale_` if it was called, or else by `step`.",
)
@DTYPES
def test_steps_with_the_true_gradients(dtype):
    """The optimizer must not notice the scale, whether or not anyone asked to clip."""
    weights = parameters([1.0, 2.0], [3.0], dtype=dtype)
    scaler, optimizer = GradScaler(1024.0), sgd(weights)
    backward(scaler, weights, [[0.5, -1.0], [2.0]])
    scaler.step(optimizer)
    found = numbers(weights)
    assert found == [[0.5, 3.0], [1.0]], f"without `unscale_` the weights are {found}"


@prompt_says(
    "They are divided once: by `unscale_` if it was called, or else by `step`.",
)
def test_divides_no_second_time():
    """If the caller has had the gradients divided, `step` has to know."""
    weights = parameters([1.0, 2.0], [3.0])
    scaler, optimizer = GradScaler(1024.0), sgd(weights)
    for _ in range(2):
        backward(scaler, weights, [[0.5, -1.0], [2.0]])
        scaler.unscale_(optimizer)
        scaler.step(optimizer)
        scaler.update()
    found = numbers(weights)
    assert found == [[0.0, 4.0], [-1.0]], f"after `unscale_` the weights are {found}"


@prompt_says(
    "`unscale_(optimizer)` divides by the scale the gradients of the parameters that "
    "the optimizer holds, in all its groups, and touches no other. Parameters without "
    "a gradient keep none.",
)
@DTYPES
def test_unscaling_reaches_what_the_optimizer_holds(dtype):
    """Go through every group of the optimizer, and through nothing else."""
    weights = parameters([1.0], [2.0], [3.0], dtype=dtype)
    optimizer = sgd(weights[:2])
    idle = parameters([0.0])
    optimizer.add_param_group({"params": idle})
    scaler = GradScaler(8.0)
    backward(scaler, weights, [[3.0], [5.0], [7.0]])
    scaler.unscale_(optimizer)
    found = [w.grad.item() for w in weights]
    assert found == [3.0, 5.0, 56.0], f"gradients 24, 40 (held) and 56 became {found}"
    assert idle[0].grad is None, f"no gradient became {idle[0].grad}"


@prompt_says("A second call before the next `update` raises `RuntimeError`.")
def test_refuses_to_unscale_twice():
    """Dividing twice would be silent: remember the first call until the update."""
    weights = parameters([1.0])
    scaler, optimizer = GradScaler(8.0), sgd(weights)
    for _ in range(2):
        backward(scaler, weights, [[3.0]])
        scaler.unscale_(optimizer)
        with pytest.raises(RuntimeError):
            scaler.unscale_(optimizer)
        assert weights[0].grad.item() == 3.0, f"3 became {weights[0].grad.item()}"
        scaler.step(optimizer)
        with pytest.raises(RuntimeError):
            scaler.unscale_(optimizer)
        scaler.update()


@prompt_says(
    "If a number in any of these gradients is infinite or NaN, `step` leaves the "
    "optimizer alone: weights and optimizer state stay as they are.",
)
@pytest.mark.parametrize("unscale", [False, True], ids=["step", "unscale"])
@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("place", [0, 1])
def test_skips_a_step_that_is_not_finite(place, bad, unscale):
    """One bad number in one gradient is enough to leave all parameters alone."""
    weights = parameters([1.0, 2.0], [3.0])
    scaler, optimizer = GradScaler(8.0), torch.optim.Adam(weights)
    backward(scaler, weights, [[1.0, 1.0], [1.0]])
    weights[place].grad[0] = bad
    before = numbers(weights), copy.deepcopy(optimizer.state_dict()["state"])
    if unscale:
        scaler.unscale_(optimizer)
    scaler.step(optimizer)
    which = f"{bad} in gradient {place} of 2"
    assert numbers(weights) == before[0], f"stepped with {which}"
    assert optimizer.state_dict()["state"] == before[1], f"state moved with {which}"


@prompt_says("Finite numbers are fine, however large.")
def test_takes_every_finite_step():
    """Ask the numbers themselves: a sum or a norm of finite ones can be infinite."""
    weights = parameters([0.0, 0.0, 0.0])
    scaler = GradScaler(2.0)
    backward(scaler, weights, [[1.5e38] * 3])
    scaler.step(sgd(weights))
    assert_close(weights[0].detach(), torch.tensor([-1.5e38] * 3))


@prompt_says(
    "What counts is what `backward` left, even if the caller has changed the gradients "
    "since `unscale_`.",
)
def test_a_clip_does_not_hide_an_overflow():
    """Clipping by value turns infinity into a number: look before the caller can."""
    weights = parameters([1.0, 2.0])
    scaler, optimizer = GradScaler(8.0), sgd(weights)
    backward(scaler, weights, [[math.inf, 1.0]])
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_value_(weights, 1.0)
    scaler.step(optimizer)
    scaler.update()
    found = numbers(weights), scaler.get_scale()
    assert found == ([[1.0, 2.0]], 4.0), f"weights and scale are {found}"


@prompt_says(
    "`update()` multiplies the scale by `backoff_factor` after a skipped step. It "
    "multiplies it by `growth_factor` after `growth_interval` good steps in a row; a "
    "skipped step and a change of the scale each begin a new row.",
)
@pytest.mark.parametrize("interval", [1, 3, 300])
def test_moves_the_scale_as_pytorch_does(interval):
    """Keep count of the good steps in a row. What ends a row?"""
    plan = [1, 1, math.inf, 1, 1, 1, 1, 1, math.nan, math.inf, *[1] * (interval + 7)]
    options = (64.0, 4.0, 0.25, interval)
    theirs = torch.amp.GradScaler("cpu", *options)
    expected, found = (scales(s, plan) for s in (theirs, GradScaler(*options)))
    assert found == expected, f"the scale went {found}; PyTorch's went {expected}"


def scales(scaler, plan):
    """The scale after each iteration with these gradients, as `scale x iterations`."""
    weights, seen = parameters([0.0]), []
    optimizer = sgd(weights)
    for gradient in plan:
        backward(scaler, weights, [[gradient]])
        scaler.step(optimizer)
        scaler.update()
        seen.append(scaler.get_scale())
    return ", ".join(f"{scale} x {len(list(run))}" for scale, run in groupby(seen))


@prompt_says("`torch.amp.GradScaler` is not to be used.")
def test_is_written_by_hand(monkeypatch):
    """The bookkeeping is the question: do it yourself."""
    refuse = AssertionError("`torch.amp.GradScaler` was used")

    def made(*args, **kwargs):
        raise refuse

    monkeypatch.setattr(torch.amp.GradScaler, "__init__", made)
    weights = parameters([1.0])
    scaler = GradScaler(8.0)
    backward(scaler, weights, [[0.5]])
    scaler.step(sgd(weights))
    scaler.update()
    assert scaler.get_scale() == 8.0
