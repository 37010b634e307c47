import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.transformers.grouped_query_attention import grouped_query_attention
from tests.helpers.second_device import Elsewhere, OnTheCpu
from tests.helpers.torch_calls import Operations, Refusing


def inputs(heads=4, kv_heads=2, queries=3, keys=5, dtype=torch.float32):
    sizes = (heads, queries), (kv_heads, keys), (kv_heads, keys)
    return [torch.randn(2, *size, 6, dtype=dtype) for size in sizes]


def repeated(query, key, value, seen=None):
    """Multi-head attention, with each key-value head repeated for its group."""
    times = query.shape[1] // key.shape[1]
    key, value = (t.repeat_interleave(times, dim=1) for t in (key, value))
    return scaled_dot_product_attention(query, key, value, attn_mask=seen)


@prompt_says(
    "The result, and all gradients, are those of attention with as many key-value "
    "heads as query heads, in which each is repeated for its group; up to rounding, in "
    "float32 and float64.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("kv_heads", [1, 2, 3, 6])
def test_computes_what_repeated_heads_do(kv_heads, dtype):
    """Repeat the heads in your mind: what does each query head meet?"""
    given = inputs(6, kv_heads, dtype=dtype)
    found, expected = ([t.clone().requires_grad_() for t in given] for _ in range(2))
    result, wanted = grouped_query_attention(*found), repeated(*expected)
    assert_close(result, wanted)
    weights = torch.randn_like(wanted)
    to_given = torch.autograd.grad((result * weights).sum(), found)
    assert_close(to_given, torch.autograd.grad((wanted * weights).sum(), expected))


@prompt_says(
    "with 4 heads and 2 of keys, heads 0 and 1 use the first one, heads 2 and 3 the "
    "second one.",
)
def test_adjacent_heads_share():
    """Change one head of the values, and see which heads of the result move."""
    query, key, value = inputs(4, 2)
    result, moved = grouped_query_attention(query, key, value), []
    for head in range(2):
        other = value.clone()
        other[:, head] += 1
        change = grouped_query_attention(query, key, other) - result
        heads = (change.abs().amax((0, 2, 3)) > 1e-3).nonzero().flatten().tolist()
        moved.append(heads)
    assert moved == [[0, 1], [2, 3]], f"those that share are {moved}"
    for head in range(4):
        other = query.clone()
        other[:, head] += 1
        change = grouped_query_attention(other, key, value) - result
        heads = (change.abs().amax((0, 2, 3)) > 1e-4).nonzero().flatten().tolist()
        assert heads == [head], f"query head {head} decides the results of {heads}"


@prompt_says(
    "the last query sees every key, the one before all but the last, and so on."
)
@pytest.mark.parametrize("queries", [1, 2, 3, 5])
def test_the_last_query_sees_every_key(queries):
    """The mask has a row for each query of each head. Where does its diagonal begin?"""
    query, key, value = inputs(4, 2, queries)
    seen = torch.ones(queries, 5, dtype=torch.bool).tril(5 - queries)
    found = grouped_query_attention(query, key, value, is_causal=True)
    assert_close(found, repeated(query, key, value, seen))


@prompt_says(
    "with one query, as in a step of decoding, none of the tensors that you or PyTorch "
    "make on the way is as large as the keys would be if they were repeated for all "
    "heads.",
)
@pytest.mark.parametrize("is_causal", [False, True], ids=["all keys", "causal"])
def test_repeats_no_keys(is_causal):
    """An expanded view costs nothing, until an operation needs it in one piece."""
    query, key, value = inputs(8, 2, queries=1, keys=64)
    with Operations() as ran:
        grouped_query_attention(query, key, value, is_causal=is_causal)
    shape, repeats = tuple(ran.largest), 2 * 8 * 64 * 6
    assert ran.largest.numel() < repeats, (
        f"keys of {tuple(key.shape)} and 8 query heads: a tensor of {shape} is made"
    )


@prompt_says(
    "All three may be views, such as transposed projections, and are left as they were."
)
def test_takes_transposed_projections():
    """A projection has the length before the heads. What can `view` not do with it?"""
    given = [t.transpose(1, 2).contiguous().transpose(1, 2) for t in inputs(4, 2)]
    before = [t.clone() for t in given]
    assert_close(grouped_query_attention(*given), repeated(*before))
    for name, now, then in zip(("query", "key", "value"), given, before, strict=True):
        assert torch.equal(now, then), f"the {name} has changed"


@prompt_says(
    "`heads` that are no multiple of `kv_heads`, and a `value` with another number of "
    "heads than `key`, raise `ValueError`."
)
@pytest.mark.parametrize("heads", [(6, 4, 4), (2, 4, 4), (4, 2, 1), (4, 1, 2)], ids=str)
def test_refuses_heads_that_do_not_divide(heads):
    """Some of these would broadcast, and some leave heads without keys."""
    given = [torch.randn(2, count, 5, 6) for count in heads]
    with pytest.raises(ValueError):
        grouped_query_attention(*given)


@prompt_says("Everything is computed on their device.")
def test_makes_its_mask_where_the_query_is():
    """A tensor that is made without a device is on the CPU."""
    given = inputs(4, 2)
    with Elsewhere():
        result = grouped_query_attention(*given, is_causal=True)
    assert not isinstance(result, OnTheCpu), "the result is on the CPU"
    assert_close(result, grouped_query_attention(*given, is_causal=True))


@prompt_says("`F.scaled_dot_product_attention` is not called")
def test_does_the_work_itself():
    """How the heads are grouped is what was asked for."""
    with Refusing("attention"):
        for is_causal in (False, True):
            result = grouped_query_attention(*inputs(4, 2), is_causal=is_causal)
            assert result.shape == (2, 4, 3, 6)
