import math

import pytest
import torch
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.autograd.gradient import gradient


def polynomial(x):
    return x**2 + 2 * x + 1


@prompt_says("For `f(x) = x**2 + 2*x + 1` at `[1, 2, 3]` the gradient is `[4, 6, 8]`.")
def test_gives_four_six_eight_for_the_polynomial():
    """Differentiate the sum of f(x): each element keeps its own derivative."""
    x = torch.tensor([1.0, 2.0, 3.0])
    assert_close(gradient(polynomial, x), torch.tensor([4.0, 6.0, 8.0]))


@prompt_says(
    "found by automatic differentiation",
    "The result has the shape, dtype and device of `x`",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_is_exact_in_the_dtype_of_x(dtype):
    """Let autograd do it: a difference quotient has too few digits."""
    x, scalar = torch.randn(2, 3, dtype=dtype).T, torch.randn((), dtype=dtype)
    assert_close(gradient(torch.sin, x), x.cos())
    assert_close(gradient(torch.sin, scalar), scalar.cos())


@prompt_says(
    "It returns the gradient of `f(x).sum()` with respect to `x`",
    "`f(x)` may have any shape.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_sums_over_all_results_of_f(dtype):
    """f(x) may have another shape than x, and mix its elements."""
    x, other = torch.randn(2, 3, dtype=dtype)
    matrix = torch.randn(4, 3, dtype=dtype)
    assert_close(gradient(lambda t: matrix @ t, x), matrix.sum(0))
    assert_close(gradient(lambda t: t.sum() ** 2, other), 2 * other.sum().expand(3))


@prompt_says(
    "`x` is left as it was: its values, its `requires_grad`, its `retains_grad`, and "
    "its `.grad`, if there is one already.",
    "When `f` raises an error, all of this holds too, and the error reaches the "
    "caller.",
)
def test_leaves_x_as_it_was():
    """A tensor of your own leaves nothing to put back; let errors from `f` through."""
    x = torch.tensor([1.0, 2.0])
    gradient(polynomial, x)
    with pytest.raises(RuntimeError):  # the error of `f` reaches the caller
        gradient(lambda t: t + torch.ones(3), x)
    assert not x.requires_grad, "your function changed its input `x`: it requires grad"
    assert x.grad is None, "your function changed its input `x`: it has a .grad now"
    assert x.tolist() == [1.0, 2.0], "your function changed its input `x`"


@prompt_says(
    "and its `.grad`, if there is one already",
    "No other tensor that `f` uses gets a `.grad` either.",
)
def test_adds_to_no_grad_that_is_there():
    """`backward()` adds to the .grad of every leaf; ask for the gradient instead."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    x.grad = torch.tensor([7.0, 7.0])
    weight = torch.ones(2, requires_grad=True)
    gradient(lambda t: t * weight, x)
    assert x.requires_grad, "your function switched `x.requires_grad` off"
    assert x.grad.tolist() == [7.0, 7.0], "your function changed `x.grad`"
    assert weight.grad is None, "your function wrote the .grad of another tensor"


@prompt_says(
    "It works when the caller has switched gradients off with `torch.no_grad()`, and "
    "leaves them off.",
    "When `f` raises an error, all of this holds too, and the error reaches the "
    "caller.",
)
def test_works_with_gradients_switched_off():
    """The caller's mode is not yours: switch gradients on for your own work alone."""
    x = torch.tensor([1.0, 2.0, 3.0])
    with torch.no_grad():
        assert_close(gradient(polynomial, x), torch.tensor([4.0, 6.0, 8.0]))
        assert not torch.is_grad_enabled(), "your function left gradients switched on"
        with pytest.raises(ZeroDivisionError):
            gradient(lambda t: t / (1 // 0), x)
        assert not torch.is_grad_enabled(), "gradients stay switched on when `f` raises"


@prompt_says(
    "It works when `x` is itself the result of a computation",
    "and holds no graph",
    "`x` is left as it was: its values, its `requires_grad`, its `retains_grad`",
)
def test_works_on_the_result_of_a_computation():
    """A tensor with a history is not a leaf, and its history is not yours to walk."""
    source = torch.tensor([1.0, 2.0], requires_grad=True)
    x = 2 * source
    result = gradient(polynomial, x)
    assert_close(result, torch.tensor([6.0, 10.0]))
    assert not result.requires_grad, "the gradient still holds a graph"
    weight = torch.ones(2, requires_grad=True)
    result = gradient(lambda t: t * weight, x)
    assert not result.requires_grad, "the gradient holds the graph of what `f` uses"
    assert source.grad is None, "the tensor that `x` was made from has a .grad now"
    assert not x.retains_grad, "your function left `x.retains_grad` on"


@prompt_says(
    "when `f` calls `gradient` inside: the inner gradient is then a constant for the "
    "outer one",
)
def test_can_be_used_inside_f():
    """A nested call must not disturb the outer one."""
    x = torch.tensor([1.0, 2.0])
    result = gradient(lambda t: t * gradient(torch.square, t), x)
    # the inner gradient, 2x, is a constant for the outer one
    assert_close(result, torch.tensor([2.0, 4.0]))


@prompt_says(
    "Where `f` does not depend on `x`, the gradient is zero.",
    "The result has the shape, dtype and device of `x`, and holds no graph.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_is_zero_where_f_ignores_x(dtype):
    """No path from x to the result is a gradient of zero, not an error."""
    x = torch.tensor([[1.0], [math.inf], [2.0]], dtype=dtype, requires_grad=True)
    weight = torch.ones(2, requires_grad=True)
    for f in (lambda t: weight[:1] - 1, lambda t: weight * 2, lambda t: t.detach()):
        with torch.device("meta"):  # where a tensor goes that is told no device
            result = gradient(f, x)
        assert_close(result, torch.zeros(3, 1, dtype=dtype))
        assert not result.requires_grad, "the gradient requires a gradient itself"


@prompt_says(
    "An `x` that is not floating point, such as an integer or a complex tensor, "
    "raises `ValueError`.",
)
@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.complex64])
def test_refuses_what_is_not_floating_point(dtype):
    """Ask the tensor whether it is floating point, and raise a ValueError."""
    with pytest.raises(ValueError):
        gradient(torch.square, torch.ones(2, dtype=dtype))
