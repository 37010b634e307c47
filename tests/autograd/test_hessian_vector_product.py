from contextlib import suppress

import pytest
import torch
import torch.fx.experimental.symbolic_shapes  # with backward(v): the judge has it ready
from torch.autograd.functional import hessian
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.autograd.hessian_vector_product import hvp
from tests.helpers.torch_calls import Operations


def bent(x):
    return x[0] ** 2 * x[1] + x[1] ** 3


def mixed(x):
    """Every element meets every other one."""
    return (x.sin().sum() * x.exp()).sum() + (x**4).prod()


@prompt_says(
    "It returns the product of the Hessian of `f` at `x` with `v`, by automatic "
    "differentiation.",
    "For `f(x) = x[0]**2 * x[1] + x[1]**3` at `[1, 2]`, the Hessian is "
    "`[[4, 2], [2, 12]]`.",
)
def test_multiplies_the_hessian_by_v():
    """Multiply the small matrix of the example by a vector, on paper."""
    x = torch.tensor([1.0, 2.0])
    for v, expected in (([1.0, 0.0], [4.0, 2.0]), ([3.0, -1.0], [10.0, -6.0])):
        assert_close(hvp(bent, x, torch.tensor(v)), torch.tensor(expected))


@prompt_says(
    "`x` and `v` have the same shape and dtype, whatever they are; the product has "
    "the shape, dtype and "
    "device of `x`, and holds no graph."
)
@pytest.mark.parametrize("shape", [(), (4,), (2, 3)], ids=str)
def test_takes_any_shape(shape):
    """Read each tensor as one long vector: which line of yours cares for its shape?"""
    x, v = torch.randn(2, *shape, dtype=torch.float64)
    n = x.numel()
    expected = (hessian(mixed, x).reshape(n, n) @ v.reshape(n)).reshape(shape)
    with torch.device("meta"):  # where a tensor goes that is told no device
        product = hvp(mixed, x, v)
    assert_close(product, expected)


@prompt_says("It is exact up to rounding, in float32 and in float64.")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_is_exact_up_to_rounding(dtype):
    """The difference of two gradients has lost the digits that they share."""
    x, v = torch.tensor([[9.0, -8.0, 5.0], [1.0, 0.5, -2.0]], dtype=dtype)
    assert_close(hvp(lambda t: (t**4).sum(), x, v), 12 * x**2 * v)


@prompt_says(
    "`f` is called once or twice, the number of tensor operations does not depend on "
    "the number of elements of `x`, and none of them makes a tensor much larger than "
    "`x`, unless `f` does."
)
def test_does_not_build_the_hessian():
    """Nobody asked for the matrix: what does one product with it cost?"""
    calls, work = [], []

    def f(x):
        calls.append(x)
        return (x**3).sum()

    for n in (20, 40):
        x = torch.ones(n)
        with Operations() as spent:
            hvp(f, x, x)
        work.append(spent)
    assert len(calls) <= 4, f"two products call `f` {len(calls)} times"
    few, many = (len(ran.names) for ran in work)
    assert many <= few, f"20 numbers take {few} operations, and 40 take {many}"
    largest = work[-1].largest.numel()
    assert largest < 400, f"for 40 numbers you make a tensor of {largest}"


@prompt_says(
    "`x` and `v` are left as they were, also after an error: their values, their "
    "`requires_grad`, and their `.grad`, if there is one already."
)
@pytest.mark.parametrize("marked", [True, False])
def test_leaves_x_and_v_as_they_were(marked):
    """Differentiate a tensor of your own, with the values of `x`."""
    x, v = (torch.tensor([1.0, 2.0], requires_grad=marked) for _ in range(2))
    if marked:
        x.grad, v.grad = torch.tensor([7.0, 7.0]), torch.tensor([8.0, 8.0])
    hvp(bent, x, v)
    with suppress(ValueError):
        hvp(torch.sin, x, v)
    for name, tensor, grad in (("x", x, [7.0, 7.0]), ("v", v, [8.0, 8.0])):
        assert tensor.requires_grad == marked, f"you changed `{name}.requires_grad`"
        found = None if tensor.grad is None else tensor.grad.tolist()
        assert found == (grad if marked else None), f"`{name}.grad` is now {found}"
        assert tensor.tolist() == [1.0, 2.0], f"your function changed `{name}`"


@prompt_says(
    "the product has the shape, dtype and device of `x`, and holds no graph.",
    "Nor is anything added to the `.grad` of another tensor that `f` uses.",
)
def test_leaves_what_f_uses_alone():
    """A weight inside `f` does not concern this derivative, before or after."""
    weight = torch.tensor([2.0, 3.0], requires_grad=True)
    product = hvp(lambda t: (weight * t**3).sum(), torch.ones(2), torch.ones(2))
    assert_close(product.detach(), torch.tensor([12.0, 18.0]))
    assert weight.grad is None, "your function wrote the .grad of another tensor"
    assert not product.requires_grad, "the product holds a graph"


@prompt_says(
    "It works when the caller has switched gradients off with `torch.no_grad()`, and "
    "leaves them off. It works when `x` is itself the result of a computation."
)
def test_works_wherever_it_is_called():
    """The caller's mode and the caller's graph are not yours."""
    source = torch.tensor([0.5, 1.0], requires_grad=True)
    v, expected = torch.tensor([3.0, -1.0]), torch.tensor([10.0, -6.0])
    assert_close(hvp(bent, 2 * source, v), expected)
    assert source.grad is None, "the tensor that `x` was made from has a .grad now"
    with torch.no_grad():
        assert_close(hvp(bent, 2 * source, v), expected)
        assert not torch.is_grad_enabled(), "your function left gradients switched on"
        with suppress(ValueError):
            hvp(torch.sin, v, v)
        assert not torch.is_grad_enabled(), "an error left gradients switched on"


@prompt_says(
    "Where the gradient does not depend on `x`, the product is zero: for a linear `f`, "
    "and for one that ignores `x`."
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_is_zero_where_nothing_is_curved(dtype):
    """A gradient without a history, or without a path to `x`, is not an error."""
    weight = torch.ones(2, dtype=dtype, requires_grad=True)
    x = torch.ones(2, dtype=dtype)
    own = x.clone().requires_grad_()
    assert not hvp(lambda t: (t * own).sum(), own, x).any(), (
        "`f` uses the caller's `x`, too, and you differentiate with respect to it there"
    )
    functions = {
        "a sum": torch.sum,
        "a sum with weights": lambda t: (weight * t).sum(),
        "a constant": lambda t: torch.ones(()),
        "a function of the weights alone": lambda t: (weight**2).sum(),
    }
    for name, f in functions.items():
        product = hvp(f, x, x)
        assert product is not None, f"{name} gives None"
        assert_close(product, torch.zeros(2, dtype=dtype))


@prompt_says(
    "A `v` of another shape than `x` raises `ValueError`, and so does an `f` that "
    "gives anything but a single number."
)
def test_refuses_what_does_not_fit():
    """What broadcasts would be multiplied by another vector than was given."""
    x = torch.ones(3)
    for shape in ((1,), (), (4,), (1, 3), (3, 1)):
        with pytest.raises(ValueError):
            hvp(lambda t: (t**3).sum(), x, torch.ones(shape))
    for f in (lambda t: t**3, lambda t: t[:0], lambda t: torch.ones(3)):
        with pytest.raises(ValueError):
            hvp(f, x, x)
