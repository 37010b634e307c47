import math

import pytest
import torch
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.tensors.pairwise_distances import pairwise_distances
from tests.helpers.second_device import Elsewhere, OnTheCpu
from tests.helpers.torch_calls import Operations


def one_by_one(a, b):
    rows = [[math.dist(p, q) for q in b.tolist()] for p in a.tolist()]
    return torch.tensor(rows, dtype=a.dtype)


def off_by(distances, expected):
    """The largest error, as a part of the largest distance."""
    return ((distances - expected).abs().max() / expected.max()).item()


@prompt_says(
    "For `a` of shape (n, d) and `b` of shape (m, d), it returns the Euclidean "
    "distances between their rows, as a tensor of shape (n, m).",
    "In float32 each distance is right to within a thousandth of the largest one, in "
    "float64 to within a ten-millionth.",
)
@pytest.mark.parametrize(
    ("dtype", "part"), [(torch.float32, 1e-3), (torch.float64, 1e-7)]
)
def test_gives_the_distance_of_each_pair(dtype, part):
    """Work out one pair on paper: (0, 0) and (3, 4)."""
    a, b = torch.tensor([[0.0, 0.0], [1.0, 1.0]]), torch.tensor([[3.0, 4.0]])
    assert_close(pairwise_distances(a, b), torch.tensor([[5.0], [13**0.5]]))
    for n, m, d in ((4, 6, 3), (5, 5, 5), (1, 1, 1), (1, 3, 300)):
        a, b = torch.randn(n, d, dtype=dtype), torch.randn(m, d, dtype=dtype)
        distances, expected = pairwise_distances(a, b), one_by_one(a, b)
        assert distances.shape == expected.shape, f"the shape is {distances.shape}"
        off = off_by(distances, expected)
        assert off < part, f"{n} and {m} points of {d}, {dtype}: off by {off:.1e}"


@prompt_says(
    "No tensor that is made on the way, in the forward or in the backward pass, has "
    "more than one and a half times the numbers of the largest of `a`, `b` and the "
    "result. Views do not count.",
)
@pytest.mark.parametrize(("n", "m", "d"), [(20, 30, 8), (4, 5, 50)])
def test_makes_nothing_larger_than_the_result(n, m, d):
    """The difference of each pair has d numbers, and you keep one of them."""
    a, b = torch.randn(n, d, requires_grad=True), torch.randn(m, d, requires_grad=True)
    with Operations() as ran:
        pairwise_distances(a, b).sum().backward()
    allowed = 3 * max(n * m, n * d, m * d) // 2
    largest = ran.largest.numel()
    assert largest <= allowed, f"{largest} numbers at once, not {allowed}"


@prompt_says("No loop: the number of tensor operations depends on none of n, m and d.")
def test_works_on_all_pairs_at_once():
    """One operation computes a sum over d for all pairs. Which?"""
    counts = []
    for n, m, d in ((3, 4, 5), (30, 4, 5), (3, 40, 5), (3, 4, 50)):
        with Operations() as ran:
            pairwise_distances(torch.ones(n, d), torch.ones(m, d))
        counts.append(len(ran.names))
    assert len(set(counts)) == 1, f"for larger n, m and d, {counts} operations"


@prompt_says("No distance is negative or NaN, be the two points the same or nearly so.")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rounding_makes_no_distance_nan(dtype):
    """Zero computed as a difference is as often a little below zero as above."""
    a = torch.randn(60, 16, dtype=dtype)
    distances = pairwise_distances(a, torch.cat([a, a * (1 + 1e-6)]))
    bad = (~(distances >= 0)).sum().item()
    assert bad == 0, f"{bad} of {distances.numel()} distances are negative or NaN"


@prompt_says(
    "That holds as well where all points lie far from the origin, with coordinates "
    "around 10,000 and distances around 1.",
)
@pytest.mark.parametrize("sign", [1, -1])
def test_points_far_from_the_origin_keep_their_digits(sign):
    """A square of 10,000 leaves float32 no digits for 1. Do distances need it?"""
    a, b = torch.randn(40, 3) + sign * 1e4, torch.randn(30, 3) + sign * 1e4
    off = off_by(pairwise_distances(a, b).nan_to_num(), one_by_one(a, b))
    assert off < 1e-3, f"around {sign * 10_000}, off by {off:.1e} of the largest"


@prompt_says("The gradient reaches `a` and `b`.")
def test_the_gradient_reaches_both_sets():
    """Each pair pulls on two points, in opposite directions."""
    a, b = (torch.randn(n, 3, dtype=torch.float64, requires_grad=True) for n in (4, 5))
    weights = torch.randn(4, 5, dtype=torch.float64)
    expected = torch.autograd.grad((torch.cdist(a, b) * weights).sum(), (a, b))
    (pairwise_distances(a, b) * weights).sum().backward()
    for name, tensor, wanted in (("a", a, expected[0]), ("b", b, expected[1])):
        assert tensor.grad is not None, f"no gradient reaches `{name}`"
        assert_close(tensor.grad, wanted, msg=lambda m, n=name: f"`{n}`: {m}")


@prompt_says(
    "In float32 each distance is right to within a thousandth of the largest one",
    "Where two points coincide, the pair contributes zero, to within a thousandth, and "
    "never NaN or infinity.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_points_that_coincide_give_no_nan(dtype):
    """The root is steepest at 0, and backward asks how steep."""
    corners = torch.tensor([[0.0, 0.0], [3.0, 4.0]], dtype=dtype, requires_grad=True)
    distances = pairwise_distances(corners, corners.detach().clone())
    zero = distances.diagonal().tolist()
    assert max(zero) < 5e-3, f"points that coincide have the distances {zero}"
    distances.sum().backward()
    expected = torch.tensor([[-0.6, -0.8], [0.6, 0.8]], dtype=dtype)
    assert_close(corners.grad, expected, rtol=0, atol=1e-3)
    a = torch.randn(60, 16, dtype=dtype, requires_grad=True)
    pairwise_distances(a, a).sum().backward()
    bad = (~a.grad.isfinite()).sum().item()
    assert bad == 0, f"{bad} of {a.numel()} gradients are NaN or infinite"


@prompt_says("Do not call `torch.cdist`, `pdist` or what is inside of them.")
def test_does_not_call_what_it_stands_for():
    """The interviewer wants to see how it is done."""
    with Operations() as ran:
        pairwise_distances(torch.ones(30, 2), torch.ones(30, 2))
    called = {n for n in ran.names if "dist" in n}
    assert not called, f"you call {', '.join(sorted(called))}"


@prompt_says(
    "Anything but two dimensions in either, or a different d, raises `ValueError`.",
)
@pytest.mark.parametrize(
    "shapes",
    [
        ((4, 3), (5, 1)),
        ((4, 3), (3, 4)),
        ((3,), (5, 3)),
        ((5, 3), (3,)),
        ((5, 3), (2, 3, 3)),
        ((2, 3, 3), (5, 3)),
    ],
)
def test_refuses_sets_that_do_not_fit(shapes):
    """Some shapes that do not fit broadcast, and some raise another error."""
    with pytest.raises(ValueError):
        pairwise_distances(*map(torch.ones, shapes))


@prompt_says(
    "`a` and `b` have the same dtype, float32 or float64, and device, and so has the "
    "result.",
    "Both are left as they were.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_leaves_both_sets_alone(dtype):
    """Move copies of the points, and make nothing on a device of its own."""
    a, b = torch.ones(2, 3, dtype=dtype), torch.zeros(4, 3, dtype=dtype)
    with Elsewhere():
        distances = pairwise_distances(a, b)
    assert not isinstance(distances, OnTheCpu), "the result is on another device"
    assert distances.dtype == dtype, f"{dtype} gives {distances.dtype}"
    for name, tensor, value in (("a", a, 1), ("b", b, 0)):
        assert (tensor == value).all(), f"`{name}` is now {tensor.tolist()}"
