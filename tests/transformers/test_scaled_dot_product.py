import math

import pytest
import torch
from torch.nn import functional
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.transformers.scaled_dot_product import scaled_dot_product
from tests.helpers.second_device import Elsewhere, OnTheCpu
from tests.helpers.torch_calls import Refusing

pytorchs = functional.scaled_dot_product_attention


def inputs(queries=3, keys=5, dtype=torch.float32):
    """A query, a key and a value, for a batch of 2, 3 heads and a wider value."""
    sizes = (queries, 4), (keys, 4), (keys, 6)
    return [torch.randn(2, 3, *size, dtype=dtype) for size in sizes]


def table(*rows):
    """A boolean mask from rows of letters: `x` is seen, `.` is not."""
    return torch.tensor([[letter == "x" for letter in row] for row in rows])


def sees(result_of, query, key, value):
    """For each query, which keys the result depends on, as a row of letters."""
    result, rows = result_of(query, key, value), [""] * query.shape[-2]
    for j in range(key.shape[-2]):
        other = value.clone()
        other[:, :, j] += 1
        changed = (result_of(query, key, other) - result).abs().amax((0, 1, 3)) > 1e-6
        rows = [row + ".x"[seen] for row, seen in zip(rows, changed, strict=True)]
    return rows


@prompt_says(
    "The scores, every query with every key, are multiplied by `scale`. Without one it "
    "is one over the square root of `head_dim`. A `scale` of 0 is a scale.",
    "`F.scaled_dot_product_attention` is not called, nor anything else that has it "
    "inside.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("scale", [None, 0.3, 0.0])
def test_computes_what_pytorchs_function_does(dtype, scale):
    """Which dimension does the softmax run over, and what is the scale?"""
    for queries, keys in ((3, 5), (4, 4), (5, 1)):
        given = inputs(queries, keys, dtype)
        with Refusing("attention"):
            result = scaled_dot_product(*given, scale=scale)
        digits = 100 * torch.finfo(dtype).eps
        assert_close(result, pytorchs(*given, scale=scale), rtol=digits, atol=digits)


@prompt_says(
    "`attn_mask` broadcasts against the scores, `(batch, heads, queries, keys)`. Where "
    "it is boolean, `True` says that the query may see the key."
)
def test_a_boolean_mask_says_what_is_seen():
    """In PyTorch's function, True takes part. Hide the rest before the softmax."""
    given, mask = inputs(), table("xx..x", "..x..", "xxxx.")
    seen = sees(lambda *qkv: scaled_dot_product(*qkv, mask), *given)
    assert seen == ["xx..x", "..x..", "xxxx."], f"the queries see {seen}"
    for shape in ((2, 1, 1, 5), (3, 3, 5), (2, 3, 3, 5)):
        mask = torch.rand(shape) < 0.7
        mask[..., 0] = True
        assert_close(scaled_dot_product(*given, mask), pytorchs(*given, mask))


@prompt_says(
    "Where it is floating point, it is added to the scaled scores; minus infinity in "
    "it hides a key. It may be learned, so a gradient flows into it.",
)
def test_an_additive_mask_is_added_and_learns():
    """A learned bias of distances is added after the scale, and wants a gradient."""
    given, mask = inputs(), torch.randn(3, 1, 5)
    mask[0, 0, 1] = -math.inf
    found, expected = (mask.clone().requires_grad_() for _ in range(2))
    result, wanted = scaled_dot_product(*given, found), pytorchs(*given, expected)
    assert_close(result, wanted)
    assert result.requires_grad, "no gradient can flow into the mask"
    result.sin().sum().backward()
    wanted.sin().sum().backward()
    assert_close(found.grad, expected.grad)


@prompt_says(
    "the last query sees every key, the one before all keys but the last, and so on."
)
@pytest.mark.parametrize(
    "rows",
    [
        ["x..", "xx.", "xxx"],
        ["xxxx.", "xxxxx"],
        ["xxxx"],
        ["..", "..", "x.", "xx"],
    ],
    ids=" ".join,
)
def test_the_last_query_sees_every_key(rows):
    """With a cache there are more keys than queries. Which query is the newest?"""
    given = inputs(len(rows), len(rows[0]))
    seen = sees(lambda *qkv: scaled_dot_product(*qkv, is_causal=True), *given)
    assert seen == rows, f"the queries see {seen}, and should see {rows}"
    expected = pytorchs(*given, table(*rows))
    assert_close(scaled_dot_product(*given, is_causal=True), expected)


@prompt_says(
    "Where both masks are given, both hold. Nothing that is passed in is changed."
)
def test_both_masks_hold_at_once():
    """A key is hidden if either mask hides it, and the masks are the caller's."""
    given, mask = inputs(), table("x.xxx", "xx.xx", "xxx.x")
    both = mask & table("xxx..", "xxxx.", "xxxxx")
    additive = torch.randn(3, 5).masked_fill(~mask, -math.inf)
    for masked, wanted in (
        (mask, both),
        (additive, additive.masked_fill(~both, -math.inf)),
    ):
        before = masked.clone()
        result = scaled_dot_product(*given, masked, is_causal=True)
        assert torch.equal(masked, before), f"a mask of {masked.dtype} has changed"
        assert_close(result, pytorchs(*given, wanted))


@prompt_says("A query that may see no key gets zeros.")
def test_a_query_that_sees_nothing_gets_zeros():
    """What does a softmax give for a row in which everything is hidden?"""
    given, mask = inputs(4, 2), table("x.", "..", "..", "xx")
    rows = {
        "a boolean mask": ([1, 2], scaled_dot_product(*given, mask)),
        "minus infinity": (
            [1, 2],
            scaled_dot_product(*given, torch.zeros(4, 2).masked_fill(~mask, -math.inf)),
        ),
        "more queries than keys": ([0, 1], scaled_dot_product(*given, is_causal=True)),
    }
    for name, (blind, result) in rows.items():
        found = result[0, 0, blind, 0].tolist()
        assert found == [0.0, 0.0], f"with {name}, two blind queries get {found}"
        assert not result.isnan().any(), f"with {name}, NaN reaches other queries"


@prompt_says(
    "Neither the result nor any gradient is NaN then, and such a query adds nothing to "
    "the gradient of the keys and the values.",
    "and agree with PyTorch up to rounding, gradients included",
)
@pytest.mark.parametrize("additive", [False, True], ids=["boolean", "additive"])
def test_a_query_that_sees_nothing_spoils_no_gradient(additive):
    """Zero times NaN is NaN: hiding it in the result does not stop it going back."""
    given, mask = inputs(3, 2), table("x.", "..", "xx")
    if additive:
        mask = torch.zeros(3, 2).masked_fill(~mask, -math.inf)
    gradients = []
    for attend in (scaled_dot_product, pytorchs):
        leaves = [t.clone().requires_grad_() for t in given]
        result = attend(*leaves, mask)
        gradients.append(torch.autograd.grad(result.sin().sum(), leaves))
    for name, found, expected in zip(
        ("query", "key", "value"), *gradients, strict=True
    ):
        bad = (~found.isfinite()).sum().item()
        assert not bad, f"{bad} numbers of the gradient of the {name} are not finite"
        assert_close(found, expected)


@prompt_says(
    "In bfloat16 and float16, scores and softmax are computed in float32; the weights "
    "may be rounded before they meet the values. The result has the dtype of the query "
    "in any case.",
    "also for scores of 10,000",
)
@pytest.mark.parametrize(
    ("dtype", "near"),
    [(torch.float32, 1e-3), (torch.bfloat16, 0.03), (torch.float16, 4e-3)],
    ids=str,
)
def test_keeps_large_scores_exact(dtype, near):
    """Near 200, bfloat16 knows whole numbers only. What does `exp` make of that?"""
    query, key, value = inputs(16, 16, dtype)
    for size in (10, 300):
        given = size * query, size * key, value
        result = scaled_dot_product(*given, scale=0.1)
        assert result.dtype == dtype, f"inputs of {dtype} give {result.dtype}"
        exact = pytorchs(*(t.double() for t in given), scale=0.1)
        off = (result.double() - exact).abs().max().item()
        assert off < near, f"inputs times {size} in {dtype} are off by {off:.2g}"


@prompt_says("A mask of any other dtype raises `ValueError`.")
@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8], ids=str)
def test_refuses_a_mask_of_integers(dtype):
    """A tokenizer's mask of ones and zeros can be added without an error."""
    with pytest.raises(ValueError):
        scaled_dot_product(*inputs(), torch.ones(3, 5, dtype=dtype))


@prompt_says("Everything is computed on the device of the query, where all inputs are.")
def test_makes_its_masks_where_the_query_is():
    """A tensor that is made without a device is on the CPU."""
    given, mask = inputs(), table("x.x.x")
    with Elsewhere():
        result = scaled_dot_product(*given, mask, is_causal=True)
    assert not isinstance(result, OnTheCpu), "the result is on the CPU"
    assert_close(result, scaled_dot_product(*given, mask, is_causal=True))
