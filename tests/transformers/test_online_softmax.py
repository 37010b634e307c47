import pytest
import torch
from torch.multiprocessing.reductions import StorageWeakRef
from torch.nn.functional import scaled_dot_product_attention
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.transformers.online_softmax import blockwise_attention
from tests.helpers.torch_calls import Operations, Refusing


def inputs(queries=6, keys=6, dtype=torch.float32, head_dim=4):
    return [torch.randn(1, 2, n, head_dim, dtype=dtype) for n in (queries, keys, keys)]


class Work(Operations):
    """Also the most elements alive at once, and the multiplications in products."""

    def __init__(self):
        super().__init__()
        self.alive, self.peak, self.products = [], 0, 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = super().__torch_dispatch__(func, types, args, kwargs)
        if self.names[-1] in ("bmm", "mm"):
            self.products += result.numel() * args[0].shape[-1]
        return result

    def made(self, tensor):
        super().made(tensor)
        # a view may keep the numbers of a tensor that is gone
        self.alive = [(ref, count) for ref, count in self.alive if not ref.expired()]
        self.alive.append((StorageWeakRef(tensor.untyped_storage()), tensor.numel()))
        self.peak = max(self.peak, sum(count for _, count in self.alive))


def work(queries, keys, block_size, is_causal=False):
    given = inputs(queries, keys)
    with torch.no_grad(), Work() as spent:
        blockwise_attention(*given, block_size, is_causal=is_causal)
    return spent


@prompt_says(
    "The result is that of ordinary attention, up to rounding, in float32 and float64",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_agrees_with_ordinary_attention(dtype):
    """Two blocks of a row: what does the first one have to know of the second?"""
    for queries, keys, block_size in ((6, 6, 2), (4, 8, 4), (6, 2, 2)):
        given = inputs(queries, keys, dtype)
        before = [t.clone() for t in given]
        result = blockwise_attention(*given, block_size)
        assert_close(result, scaled_dot_product_attention(*before))


@prompt_says(
    "the last block may be shorter, and a `block_size` may be larger than either "
    "length.",
)
@pytest.mark.parametrize("is_causal", [False, True], ids=["all keys", "causal"])
def test_takes_blocks_that_do_not_divide(is_causal):
    """Seven tokens in blocks of three: how many blocks are there?"""
    for length, block_size in ((7, 1), (7, 3), (7, 4), (7, 7), (7, 9), (601, 300)):
        given = inputs(length, length)
        expected = scaled_dot_product_attention(*given, is_causal=is_causal)
        found = blockwise_attention(*given, block_size, is_causal=is_causal)
        assert found.shape == expected.shape, f"{tuple(found.shape)} in {block_size}s"
        off = (found - expected).abs().max().item()
        assert off < 1e-5, f"in blocks of {block_size}, the result is off by {off:.2f}"


@prompt_says("also for scores of 10,000 and of minus 10,000")
@pytest.mark.parametrize("sign", [1, -1], ids=["growing", "falling"])
def test_keeps_large_scores_finite(sign):
    """The exponential of 10,000 is infinite, and that of minus 10,000 is zero."""
    for offset in (10_000, -10_000):
        scores = offset + sign * torch.arange(6.0)
        query = torch.tensor([1.0, 0.0, 0.0, 0.0]).expand(1, 1, 2, 4)
        key = torch.zeros(1, 1, 6, 4)
        key[..., 0] = 2 * scores  # the scale is a half
        value = torch.randn(1, 1, 6, 4)
        found = blockwise_attention(query, key, value, 2)
        expected = (scores.softmax(0) @ value).expand(1, 1, 2, 4)
        off = (found - expected).abs().max().item()
        assert off < 1e-2, f"scores near {offset:,} give results that are off by {off}"


@prompt_says("a query sees its own position and all earlier ones.")
@pytest.mark.parametrize("block_size", [1, 2, 3])
def test_no_query_sees_a_later_key(block_size):
    """Below the diagonal a block is whole, on it a triangle is hidden."""
    given = inputs(6, 6)
    found = blockwise_attention(*given, block_size, is_causal=True)
    expected = scaled_dot_product_attention(*given, is_causal=True)
    wrong = ~torch.isclose(found, expected, atol=1e-5).all(-1).all(1)[0]
    places = wrong.nonzero().flatten().tolist()
    assert not places, f"in blocks of {block_size}, the queries {places} are wrong"


@prompt_says(
    "No tensor that is made on the way has more elements than the largest of: `query`, "
    "`key`, and one block of scores, which is `block_size` by `block_size` for each "
    "head and sequence.",
)
@pytest.mark.parametrize("is_causal", [False, True], ids=["all keys", "causal"])
def test_makes_no_tensor_larger_than_a_block(is_causal):
    """A strip of scores, a block of queries against all keys, grows with the length."""
    spent = work(64, 64, 8, is_causal)
    largest, allowed = spent.largest.numel(), 2 * 64 * 4
    assert largest <= allowed, f"a tensor of {tuple(spent.largest)} is made"


@prompt_says(
    "what is alive at once is less than half of the whole table of scores, where the "
    "table is much larger than the inputs.",
)
def test_forgets_a_block_before_the_next():
    """Many small blocks, all kept, are the whole table again."""
    spent, table = work(64, 64, 8), 2 * 64 * 64
    share = spent.peak / table
    assert share < 0.5, f"{share:.1f} times the table of scores is alive at once"


@prompt_says(
    "Blocks that lie wholly in the future are skipped: they are multiplied neither "
    "with the queries nor with the values."
)
def test_skips_the_blocks_of_the_future():
    """Of four by four blocks, how many hold a pair that may look?"""
    whole, causal = work(32, 32, 8).products, work(32, 32, 8, is_causal=True).products
    blocks = 16 * causal / whole if whole else 0
    assert blocks <= 10, f"of 16 blocks, {blocks:.0f} are multiplied, and not 10"


@prompt_says(
    "A `block_size` below 1 raises `ValueError`, and so does `is_causal=True` with "
    "different numbers of queries and keys."
)
def test_refuses_what_makes_no_blocks():
    """Which end would such queries be aligned at? The prompt does not say."""
    for block_size in (0, -2):
        with pytest.raises(ValueError):
            blockwise_attention(*inputs(), block_size)
    for queries, keys in ((2, 6), (6, 2)):
        with pytest.raises(ValueError):
            blockwise_attention(*inputs(queries, keys), 2, is_causal=True)


@prompt_says("`F.scaled_dot_product_attention` is not called.")
def test_does_the_work_itself():
    """How a softmax is computed in pieces is what was asked for."""
    with Refusing("scaled_dot"):
        for is_causal in (False, True):
            assert blockwise_attention(*inputs(), 2, is_causal).shape == (1, 2, 6, 4)
