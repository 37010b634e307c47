import pytest
import torch
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.tensors.softmax import softmax
from tests.helpers.second_device import Elsewhere, OnTheCpu
from tests.helpers.torch_calls import Operations

INF = float("inf")


def gradient(function, x, weights):
    """The gradient of the results, each with its weight."""
    leaf = x.clone().requires_grad_()
    (function(leaf, -1) * weights).sum().backward()
    return leaf.grad


@prompt_says(
    "Along the dimension `dim` of the tensor `x`, it replaces each value by its "
    "exponential, divided by the sum of the exponentials.",
    "`x` is floating point and has one or more dimensions. `dim` may be any of them, "
    "and counts from the end where it is negative.",
)
@pytest.mark.parametrize("shape", [(5,), (1,), (4, 4), (3, 2, 3), (0, 3)], ids=str)
def test_works_along_any_dimension(shape):
    """Write down the shape of the sum. Which dimension of `x` is it lined up with?"""
    x = torch.randn(shape)
    for dim in range(-len(shape), len(shape)):
        if shape[dim]:
            message = f"for dim {dim} of the shape {shape}:\n{{}}".format
            expected = torch.softmax(x, dim)
            assert_close(softmax(x, dim), expected, msg=message)


@prompt_says(
    "One that `x` does not have raises `IndexError`, as everywhere in PyTorch."
)
@pytest.mark.parametrize(("shape", "dim"), [((2, 3), 2), ((2, 3), -3), ((4,), 1)])
def test_refuses_a_dimension_that_is_not_there(shape, dim):
    """PyTorch's reductions know which dimensions there are: pass `dim` on."""
    with pytest.raises(IndexError):
        softmax(torch.ones(shape), dim)


@prompt_says(
    "Finite logits of any size give the right result, up to rounding, also where the "
    "slices along `dim` differ widely: `[10000, 9999]` gives what `[1, 0]` gives, and "
    "so does `[-10000, -10001]`.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_logits_of_any_size_do_not_overflow(dtype):
    """Adding the same number to a whole slice changes nothing. Which one helps?"""
    small = torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]], dtype=dtype)
    far = small + torch.tensor([[10000.0], [-10000.0], [0.0]], dtype=dtype)
    result, expected = softmax(far, 1), torch.softmax(small, 1)
    assert_close(result, expected, msg=lambda m: f"{result.tolist()} for {far}\n{m}")
    largest = torch.finfo(dtype).max
    ends = torch.tensor([largest, 0, -largest], dtype=dtype)
    assert softmax(ends, 0).tolist() == [1, 0, 0], f"{softmax(ends, 0)} for {ends}"


@prompt_says(
    "A logit of `-inf` is a hidden place and gets exactly 0. A slice that is nothing "
    "but `-inf` gets zeros everywhere, where `torch.softmax` would give NaN.",
    "The result has the shape, dtype and device of `x`.",
)
def test_a_hidden_place_gets_nothing():
    """What is the largest value of a slice of `-inf`, and what is its sum?"""
    lowest = torch.finfo(torch.float32).min
    x = torch.tensor([[-INF, 3.0, 3.0], [-INF, -INF, -INF], [lowest, -INF, -INF]])
    with Elsewhere():
        result = softmax(x, 1)
    assert not isinstance(result, OnTheCpu), "the result is not on the device of `x`"
    assert result.tolist() == [[0, 0.5, 0.5], [0, 0, 0], [1, 0, 0]], (
        f"{x} gives {result}"
    )


@prompt_says(
    "A NaN or a `+inf` makes its whole slice NaN, hidden places too, as in "
    "`torch.softmax`, and no other slice.",
)
@pytest.mark.parametrize("bad", [float("nan"), INF])
def test_a_nan_is_not_hidden(bad):
    """Where a model has diverged, one wants to see it: repair `-inf` alone."""
    x = torch.tensor([[1.0, 2.0], [0.0, bad], [-INF, bad], [-INF, -INF]])
    seen = softmax(x, 1).isnan().tolist()
    expected = [[False] * 2, [True] * 2, [True] * 2, [False] * 2]
    assert seen == expected, f"a logit of {bad} gives NaN at {seen}"


@prompt_says(
    "The gradient is that of `torch.softmax`, and never NaN for finite logits and "
    "`-inf`. A slice that is nothing but `-inf` passes on a gradient of zero.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_gradient_is_never_nan(dtype):
    """Backward visits what `where` and `nan_to_num` threw away, and 0 * NaN is NaN."""
    x, weights = torch.randn(2, 5, 4, dtype=dtype)
    x[1] = 3.0
    x[2] *= 1e4
    x[3, 1:3] = -INF
    expected = gradient(torch.softmax, x, weights)
    x[4] = -INF
    expected[4] = 0
    assert_close(gradient(softmax, x, weights), expected)


@prompt_says(
    "float16 and bfloat16 are computed in float32 and rounded once, at the end.",
)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_rounded_once(dtype):
    """What is the sum of 70,000 ones in float16, and of which dtype is each step?"""
    x = torch.randn(30, 8).to(dtype)
    exact, result = torch.softmax(x.double(), 1), softmax(x, 1)
    assert result.dtype == dtype, f"{dtype} gives {result.dtype}"
    worst = ((result.double() / exact - 1).abs().max() / torch.finfo(dtype).eps).item()
    assert worst < 0.51, f"in {dtype} off by {worst:.1f} eps; one rounding is 0.5"
    many = softmax(torch.zeros(70_000, dtype=dtype), 0)[:1]
    assert_close(many, torch.full((1,), 1 / 70_000, dtype=dtype))


@prompt_says("float64 stays float64 throughout.", "The result has the shape, dtype")
def test_keeps_double_precision():
    """A float32 on the way costs half of the digits."""
    x = torch.randn(3, 6, dtype=torch.float64)
    assert_close(softmax(x, 1), torch.softmax(x, 1), rtol=1e-12, atol=0)


@prompt_says("`x` is left as it was.")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16])
def test_leaves_x_alone(dtype):
    """An operation whose name ends in an underscore, or `-=`, writes into `x`."""
    x = torch.tensor([[1.0, 3.0], [-INF, -INF]], dtype=dtype)
    before = x.tolist()
    softmax(x, 1)
    assert x.tolist() == before, f"x was {before} and is {x.tolist()}"


@prompt_says(
    "Build it from exponentials, sums and maxima: none of PyTorch's softmax, "
    "log-softmax and log-sum-exp functions is called.",
)
def test_is_built_from_exponentials():
    """The interviewer wants to see what is inside of it."""
    with Operations() as ran:
        softmax(torch.randn(2, 3), 1)
    called = {n for n in ran.names if "softmax" in n or "sumexp" in n}
    assert not called, f"you call {', '.join(sorted(called))}"
