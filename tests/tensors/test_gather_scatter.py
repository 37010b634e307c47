import pytest
import torch
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.tensors.gather_scatter import pick, sum_by_index
from tests.helpers.second_device import Elsewhere, OnTheCpu
from tests.helpers.torch_calls import Operations


def added_one_by_one(values, index, size):
    total = torch.zeros(size, *values.shape[1:], dtype=torch.float64)
    for row, place in zip(values.double(), index.tolist(), strict=True):
        total[place] += row
    return total.to(values.dtype)


@prompt_says(
    "`pick(logits, targets)` returns the logit of each example's target",
    "Where a leading dimension is 1, it stays.",
    "An empty batch is fine: the result of `pick` is empty then",
)
@pytest.mark.parametrize("shape", [(4,), (1,), (2, 3), (1, 3, 1), (), (0,)], ids=str)
def test_picks_one_logit_for_each_target(shape):
    """Which dimension did you add to the targets? Take that one away, and no other."""
    logits, targets = torch.randn(*shape, 5).double(), torch.randint(5, shape)
    rows = zip(logits.reshape(-1, 5).tolist(), targets.flatten().tolist(), strict=True)
    expected = torch.tensor([row[k] for row, k in rows]).double().reshape(shape)
    assert_close(pick(logits, targets), expected, atol=1e-6, rtol=0)


@prompt_says(
    "Logits may be `-inf`, where a class is hidden. Those beside the target change "
    "neither the result nor the gradient.",
    "The gradient reaches `logits` and `values`.",
)
def test_hidden_logits_beside_the_target_change_nothing():
    """Zero times minus infinity is not zero: read one number, and do not weigh all."""
    rows = [[1.0, -torch.inf, 3.0], [-torch.inf, -torch.inf, 6.0]]
    logits = torch.tensor(rows, requires_grad=True)
    picked = pick(logits, torch.tensor([0, 2]))
    assert picked.tolist() == [1, 6], f"1 and 6 are the targets' logits, got {picked}"
    picked.sum().backward()
    assert logits.grad is not None, "no gradient reaches the logits"
    found = logits.grad.tolist()
    assert found == [[1, 0, 0], [0, 0, 1]], f"the gradient is {found}"


@prompt_says(
    "Row k of the result is the sum of all rows whose index is k, and zero where there "
    "are none.",
    "`values` has n rows of any shape, or n numbers",
    "that of `sum_by_index` zeros",
)
@pytest.mark.parametrize("shape", [(6,), (6, 3), (6, 2, 3), (0, 3)], ids=str)
def test_adds_all_rows_with_the_same_index(shape):
    """Several rows go to one place. Is each of them still there at the end?"""
    values = torch.randn(shape, dtype=torch.float64)
    index = torch.tensor([3, 0, 3, 3, 1, 0][: shape[0]], dtype=torch.int64)
    expected = added_one_by_one(values, index, 5)
    assert_close(sum_by_index(values, index, 5), expected, rtol=1e-12, atol=1e-12)


@prompt_says("The gradient reaches `logits` and `values`.")
@pytest.mark.parametrize("shape", [(4,), (4, 2)], ids=str)
def test_the_gradient_of_a_sum_reaches_each_row(shape):
    """Each row gets the gradient of the sum that it went into."""
    values = torch.randn(shape, requires_grad=True)
    total = sum_by_index(values, torch.tensor([2, 0, 2, 1]), 3)
    assert total.requires_grad, "the sums have no graph: no gradient reaches the values"
    total.reshape(3, -1)[:, 0].backward(torch.tensor([1.0, 10.0, 100.0]))
    found = values.grad.reshape(4, -1)[:, 0].tolist()
    assert found == [100, 1, 100, 10], f"rows that went to 2, 0, 2, 1 get {found}"


@prompt_says(
    "In float16 and bfloat16, `sum_by_index` adds up in float32 and rounds once, at "
    "the end.",
    "the dtype of `values`",
)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_added_up_in_single(dtype):
    """256 and 1 are 256 in bfloat16, however often the 1 comes."""
    values = torch.ones(5000, dtype=dtype)
    values[0] = 0.25
    total = sum_by_index(values, torch.zeros(5000, dtype=torch.int64), 2)
    assert total.dtype == dtype, f"{dtype} gives {total.dtype}"
    expected = torch.tensor([4999.25, 0]).to(dtype).tolist()
    assert total.tolist() == expected, f"{total.tolist()} is not {expected} in {dtype}"


@prompt_says(
    "An index below 0 or too large raises `IndexError`, in both functions. Negative "
    "ones do not count from the end.",
)
@pytest.mark.parametrize("bad", [-1, 3, 7, -100])
def test_an_index_out_of_range_raises(bad):
    """The operations do not agree about -1: look before you call them."""
    index = torch.tensor([0, bad, 2])
    for name, call in {
        "pick": lambda: pick(torch.ones(3, 3), index),
        "sum_by_index": lambda: sum_by_index(torch.ones(3), index, 3),
    }.items():
        with pytest.raises(IndexError):
            pytest.fail(f"{name} takes {bad} of 3 and gives {call().tolist()}")


@prompt_says(
    "`targets` of another shape than that of `logits` without its last dimension raise "
    "`ValueError`, and so does an `index` that has not one number for each row.",
)
@pytest.mark.parametrize("shape", [(2,), (1,), (), (4,), (3, 1), (1, 3)], ids=str)
def test_an_index_of_another_shape_raises(shape):
    """Some operations read only as far as the index goes, and say nothing."""
    index = torch.zeros(shape, dtype=torch.int64)
    for name, call in {
        "pick": lambda: pick(torch.ones(3, 2), index),
        "sum_by_index": lambda: sum_by_index(torch.ones(3, 2), index, 2),
    }.items():
        with pytest.raises(ValueError):
            pytest.fail(f"{name} takes {shape} for 3 rows, gives {call().tolist()}")


@prompt_says(
    "No loop over rows: the number of tensor operations depends neither on n nor on "
    "`size`.",
    "No tensor that you make has more numbers than the result; in `sum_by_index`, none "
    "has more than the larger of the result and `values`. Views do not count.",
)
def test_works_on_all_rows_at_once():
    """One operation takes the whole index, without a mask for each class."""
    few, many = Operations(), Operations()
    for work, n, size in ((few, 10, 20), (many, 40, 50)):
        logits, targets = torch.ones(n, size), torch.arange(n)
        with work:
            pick(logits, targets)
        largest = work.largest.numel()
        assert largest <= n, f"pick makes {largest} numbers for {n} targets"
        with work:
            sum_by_index(torch.ones(n), targets, size)
        largest = work.largest.numel()
        assert largest <= size, f"{largest} numbers are made to sum {n} into {size}"
    few, many = len(few.names), len(many.names)
    assert many <= few, f"10 rows take {few} operations, and 40 take {many}"


@prompt_says(
    "The result is on the device of the arguments, which are left as they were.",
    "The result has the shape of `targets` and the dtype of `logits`.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_leaves_the_arguments_where_and_as_they_are(dtype):
    """A tensor that is made without a device is on the CPU, and in float32."""
    values, index = torch.ones(3, 2, dtype=dtype), torch.tensor([1, 1, 0])
    with Elsewhere():
        results = pick(values, index), sum_by_index(values, index, 2)
    for name, result in zip(("pick", "sum_by_index"), results, strict=True):
        assert not isinstance(result, OnTheCpu), f"{name} gives a tensor elsewhere"
        assert result.dtype == dtype, f"{name} gives {result.dtype} for {dtype}"
    assert values.tolist() == [[1, 1]] * 3, f"`values` is now {values.tolist()}"
    assert index.tolist() == [1, 1, 0], f"`index` is now {index.tolist()}"
