import math

import pytest
import torch
from torch.nn.utils import clip_grad, clip_grad_norm_
from torch.testing import assert_close
from torch.utils._python_dispatch import TorchDispatchMode

from backprep.testing import prompt_says
from solutions.training_loop.clip_grad_norm import clip_grad_norm


def with_gradients(*gradients, dtype=torch.float32):
    parameters = []
    for gradient in gradients:
        parameter = torch.zeros(len(gradient), dtype=dtype, requires_grad=True)
        parameter.grad = torch.tensor(gradient, dtype=dtype)
        parameters.append(parameter)
    return parameters


def gradients_of(parameters):
    return [parameter.grad.tolist() for parameter in parameters]


def both(gradients, *args):
    """Gradients and norm by the answer and by PyTorch."""
    mine, pytorchs = with_gradients(*gradients), with_gradients(*gradients)
    norms = clip_grad_norm(mine, *args), clip_grad_norm_(pytorchs, *args)
    return (gradients_of(mine), norms[0]), (gradients_of(pytorchs), norms[1])


def compare(found, expected):
    assert_close(torch.as_tensor(found[1]), expected[1], equal_nan=True)
    for mine, wanted in zip(found[0], expected[0], strict=True):
        same = torch.allclose(torch.tensor(mine), torch.tensor(wanted), equal_nan=True)
        assert same, f"a gradient is {mine}; PyTorch leaves {wanted}"


@prompt_says(
    "Every gradient is multiplied by the same factor, `max_norm / (total + 1e-6)`, or "
    "by 1 where that is less."
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_scales_all_gradients_by_one_factor(dtype):
    """Clipping keeps the direction: think of all gradients as one long vector."""
    shapes = [(4, 3), (3,), (2, 2, 2)]
    for max_norm in (1.0, 2.5):
        parameters = [torch.zeros(s, dtype=dtype, requires_grad=True) for s in shapes]
        for parameter in parameters:
            parameter.grad = 3 * torch.randn_like(parameter)
        before = [parameter.grad.clone() for parameter in parameters]
        clip_grad_norm(parameters, max_norm)
        total = torch.cat([gradient.flatten() for gradient in before]).norm()
        factors = [
            p.grad.norm() / g.norm() for p, g in zip(parameters, before, strict=True)
        ]
        told = f"the factors are {[round(f.item(), 3) for f in factors]}"
        for parameter, gradient in zip(parameters, before, strict=True):
            expected = gradient * (max_norm / (total + 1e-6))
            assert torch.allclose(parameter.grad, expected, rtol=1e-5), told
    (tiny,) = with_gradients([1e-6], dtype=dtype)
    clip_grad_norm([tiny], 1e-6)
    assert_close(tiny.grad.item(), 5e-7, rtol=1e-3, atol=0)


@prompt_says("So gradients that are small enough stay as they are.")
def test_leaves_small_gradients_alone():
    """Clipping bounds a norm; it does not normalise."""
    for gradients in (([0.3], [0.4]), ([3.0], [4.0]), ([0.0], [0.0, 0.0])):
        parameters = with_gradients(*gradients)
        clip_grad_norm(parameters, 5.1)
        found = gradients_of(parameters)
        for mine, given in zip(found, gradients, strict=True):
            assert_close(mine, given, msg=f"{list(gradients)} became {found}")
    (zeros,) = with_gradients([0.0, 0.0])
    clip_grad_norm([zeros], 0.0)
    assert zeros.grad.tolist() == [0, 0], f"zeros became {zeros.grad.tolist()}"


@prompt_says(
    "It is returned as it was before clipping: a tensor without dimensions, in the "
    "dtype of the gradients, that holds no graph."
)
def test_returns_the_norm_from_before():
    """It is what one logs: how large were the gradients, whatever you did to them?"""
    for dtype in (torch.float32, torch.float64):
        norm = clip_grad_norm(with_gradients([3.0, 0.0], [4.0], dtype=dtype), 1.0)
        assert torch.is_tensor(norm), f"returned a {type(norm).__name__}, no tensor"
        assert_close(norm, torch.tensor(5.0, dtype=dtype))
    weight = torch.ones(2, requires_grad=True)
    cubes = (weight**3).sum()
    (weight.grad,) = torch.autograd.grad(cubes, weight, create_graph=True)
    norm = clip_grad_norm([weight], 1.0)
    assert not norm.requires_grad, "the norm of a recorded gradient holds its graph"


@prompt_says(
    "`parameters` is any iterable of tensors, also one that can be read only once. "
    "Those whose `.grad` is `None` are left out, and their `.grad` stays `None`.",
    "Without any gradients it is 0.",
)
def test_takes_any_iterable_and_skips_what_has_no_gradient():
    """`model.parameters()` is a generator: after one pass it is empty."""
    unused = torch.zeros(2, requires_grad=True)
    parameters = [*with_gradients([3.0]), unused, *with_gradients([4.0])]
    norm = clip_grad_norm((p for p in parameters), 1.0)
    assert unused.grad is None, "a parameter without a gradient got one"
    assert_close(float(norm), 5.0, rtol=1e-5, atol=0)
    left = [parameters[0].grad.item(), parameters[2].grad.item()]
    assert_close(left, [0.6, 0.8], rtol=1e-5, atol=0)
    assert float(clip_grad_norm([unused], 1.0)) == 0, "no gradients, and a norm above 0"
    assert float(clip_grad_norm([], 1.0)) == 0, "no parameters, and a norm above 0"


@prompt_says(
    "Gradients are changed in place: whoever holds the tensor that `.grad` was sees "
    "them clipped."
)
def test_changes_the_gradients_in_place():
    """Others may hold these tensors, such as the buckets of distributed training."""
    (parameter,) = with_gradients([3.0, 4.0])
    held = parameter.grad
    clip_grad_norm([parameter], 1.0)
    assert parameter.grad is held, "`.grad` is another tensor now"
    assert_close(held, torch.tensor([0.6, 0.8]))
    parameter = torch.zeros(2, 3, requires_grad=True)
    parameter.grad = torch.ones(3, 2).T
    clip_grad_norm([parameter], 6**0.5 / 2)
    assert_close(parameter.grad, torch.full((2, 3), 0.5))


@prompt_says('a number from 1 up, or `float("inf")` for the largest absolute value.')
@pytest.mark.parametrize("norm_type", [1, 3.0, math.inf])
def test_takes_other_norms(norm_type):
    """Both norms, of a gradient and of the norms, are of the order that was asked."""
    compare(*both(([3.0, -2.0], [4.0, 1.0], [-5.0]), 1.5, norm_type))


@prompt_says(
    "With a total norm of infinity the finite gradients become 0, and infinite ones "
    "NaN; with one of NaN all become NaN."
)
@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
def test_a_norm_that_is_not_finite_spoils_the_gradients(bad):
    """Follow the formula: what is the factor then, and what does it make of each?"""
    compare(*both(([bad, 1.0], [2.0]), 1.0))


@prompt_says(
    "such a norm raises `RuntimeError` instead, and no gradient is changed.",
    "A negative `max_norm` raises `ValueError`, and no gradient is changed.",
)
def test_raises_before_it_changes_anything():
    """After an error one wants to look at the gradients that caused it."""
    for bad, max_norm, error in (
        (math.inf, 1.0, RuntimeError),
        (math.nan, 1.0, RuntimeError),
        (4.0, -1.0, ValueError),
    ):
        parameters = with_gradients([3.0], [bad])
        with pytest.raises(error):
            clip_grad_norm(parameters, max_norm, error_if_nonfinite=True)
        left = parameters[0].grad.item()
        assert left == 3, f"the gradient 3.0 is {left} after the {error.__name__}"
    (finite,) = with_gradients([3.0, 4.0])
    clip_grad_norm([finite], 1.0, error_if_nonfinite=True)
    assert_close(finite.grad, torch.tensor([0.6, 0.8]))


class Readings(TorchDispatchMode):
    """Counts the values that are read from tensors into Python."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        self.count += operation is torch.ops.aten._local_scalar_dense.default
        return operation(*args, **(kwargs or {}))


@prompt_says(
    "Unless `error_if_nonfinite` is true, no value of a tensor is read into Python"
)
def test_reads_no_value_into_python():
    """An `if` on a tensor reads it. Which operation decides without you?"""
    with Readings() as readings:
        clip_grad_norm(with_gradients([3.0], [4.0]), 1.0)
        clip_grad_norm(with_gradients([0.3], [0.4]), 1.0)
    assert not readings.count, f"read {readings.count} values in two calls"


@prompt_says("without calling that function or its siblings in `torch.nn.utils`.")
def test_does_the_work_itself(monkeypatch):
    """The ten lines are what was asked for."""

    def refuse(*args, **kwargs):
        raise AssertionError("your function calls PyTorch's own")

    for name in ("_get_total_norm", "_clip_grads_with_norm_"):
        monkeypatch.setattr(clip_grad, name, refuse)
    norm = clip_grad_norm(with_gradients([3.0], [4.0]), 1.0)
    assert_close(float(norm), 5.0, rtol=1e-5, atol=0)
