"""What the pages on text generation say about PyTorch."""

import codecs
import math

import pytest
import torch
from torch.nn.functional import cross_entropy, embedding


def test_cross_entropy_of_nothing_is_nan():
    """A mean over no targets, or over ignored ones alone, is 0 / 0."""
    assert cross_entropy(torch.zeros(0, 5), torch.zeros(0, dtype=torch.long)).isnan()
    assert cross_entropy(torch.zeros(2, 5), torch.tensor([-100, -100])).isnan()


def test_a_mean_of_perplexities_is_too_high():
    """The exponential is convex: equal batches do not help."""
    losses = torch.tensor([1.0, 2.0, 4.0])
    assert losses.exp().mean() > losses.mean().exp()


def test_logits_are_large():
    """8 texts of 4,096 tokens and 128,000 logits each take 16.8 GB in float32."""
    assert round(8 * 4096 * 128_000 * 4 / 1e9, 1) == 16.8


def test_cross_entropy_stays_in_half_precision():
    """The loss of bfloat16 logits is bfloat16, whose steps near 2 are wide."""
    logits = torch.zeros(1, 10, dtype=torch.bfloat16)
    loss = cross_entropy(logits, torch.tensor([0]))
    assert loss.dtype == torch.bfloat16
    assert abs(loss.item() - math.log(10)) > 0.002


def test_topk_promises_no_order_among_equals():
    """Documented of `sort`, and seen of `topk`: only a stable sort keeps the order."""
    equal = torch.zeros(6)
    assert equal.topk(3).values.tolist() == [0, 0, 0]
    ids = equal.sort(descending=True, stable=True).indices.tolist()
    assert ids == [0, 1, 2, 3, 4, 5]
    assert "not guaranteed to be stable" in " ".join(torch.topk.__doc__.split())


def test_a_running_sum_in_bfloat16_stalls():
    """Next to 0.5, half a step is more than one of four thousand probabilities."""
    chances = torch.full((4000,), 1 / 4000, dtype=torch.bfloat16)
    total = torch.zeros((), dtype=torch.bfloat16)
    for chance in chances:
        total += chance
    assert total < 0.2
    assert chances.float().sum() > 0.99


def test_a_float32_sum_reaches_one_too_early():
    """The tail below 1e-8 of the probability does not move a sum of 1."""
    chances = torch.tensor([0.0, -20.0, -30.0]).softmax(0)
    assert chances.cumsum(0)[1] == 1
    assert chances[2] > 0


def test_a_tiny_temperature_divides_to_nan():
    """Infinity minus infinity is NaN; a difference to the maximum may be infinite."""
    logits = torch.tensor([10_000.0, 9_999.0])
    assert (logits / 1e-44).softmax(0).isnan().all()
    assert ((logits - logits.max()) / 1e-44).softmax(0).tolist() == [1, 0]


def test_gumbel_numbers_draw_from_the_softmax():
    """The argmax of logits plus Gumbel numbers comes as often as the softmax says."""
    logits = torch.tensor([1.0, 0.0, 2.0])
    noise = -torch.log(-torch.log(torch.rand(50_000, 3)))
    drawn = (logits + noise).argmax(1).bincount(minlength=3) / 50_000
    assert (drawn - logits.softmax(0)).abs().max() < 0.01


def test_an_incremental_decoder_holds_back_half_a_character():
    """Token by token, a character comes when its last byte does."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    assert [decoder.decode(bytes([byte])) for byte in "é!".encode()] == ["", "é", "!"]
    assert b"\xc3".decode(errors="replace") == "\ufffd"


def test_a_rejection_is_as_likely_as_what_is_missing():
    """Both are the total variation distance, since both distributions add up to 1."""
    p, q = torch.randn(2, 50, dtype=torch.float64).softmax(1)
    rejected = 1 - torch.minimum(p, q).sum()
    assert torch.isclose(rejected, (p - q).clamp(min=0).sum())
    assert torch.isclose(rejected, (p - q).abs().sum() / 2)


def test_a_round_gives_a_geometric_sum_of_tokens():
    """One token, and one more for each proposal up to the first that is rejected."""
    for a, k in ((0.8, 4), (0.5, 1), (0.3, 7)):
        ends = [a**i * (1 - a) * (i + 1) for i in range(k)]
        tokens = sum(ends) + a**k * (k + 1)
        assert math.isclose(tokens, (1 - a ** (k + 1)) / (1 - a))


def test_equal_draws_are_rarer_than_accepted_proposals():
    """The sum of p times q is below that of the smaller of the two."""
    p, q = torch.randn(2, 50).softmax(1)
    assert (p * q).sum() < torch.minimum(p, q).sum()


def test_softmaxes_that_are_equal_on_paper_differ():
    """And one may be nowhere the larger: then nothing is left of their difference."""
    rows = torch.randn(200, 3)
    p, q = rows.softmax(1), (rows + 0.3).softmax(1)
    assert ((p <= q).all(1) & (p < q).any(1)).any()


def test_a_column_that_sees_nothing_spoils_the_next_layer():
    """The softmax of minus infinities is NaN, and a weight of 0 does not remove it."""
    blind = torch.full((2,), -math.inf).softmax(0)
    assert blind.isnan().all()
    assert (torch.zeros(2) @ blind).isnan()


def test_a_position_below_0_is_the_last_row_or_an_error():
    """Plain indexing counts from the end; an embedding refuses."""
    table = torch.arange(6.0).view(3, 2)
    assert table[torch.tensor(-1)].tolist() == [4, 5]
    with pytest.raises(IndexError):
        embedding(torch.tensor([-1]), table)


def test_one_long_row_leaves_the_batch_empty():
    """Seven rows of 20 tokens and one of 2,000 fill 13% of their batch."""
    assert round((7 * 20 + 2000) / (8 * 2000), 2) == 0.13
