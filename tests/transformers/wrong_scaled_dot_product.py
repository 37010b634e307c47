"""Near misses of transformers/scaled_dot_product."""

import math

import torch

from backprep.testing import fails


def _widen(x):
    return x if x.dtype == torch.float64 else x.float()


def _scores(query, key, scale):
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    return _widen(query) @ _widen(key).mT * scale


def _masked(scores, attn_mask):
    if attn_mask is None:
        return scores
    if attn_mask.dtype == torch.bool:
        return scores.masked_fill(~attn_mask, -math.inf)
    if not attn_mask.is_floating_point():
        raise ValueError(f"a mask of {attn_mask.dtype}")
    return scores + attn_mask


def _causal(scores, is_causal):
    if not is_causal:
        return scores
    queries, keys = scores.shape[-2:]
    seen = torch.ones_like(scores, dtype=torch.bool).tril(keys - queries)
    return scores.masked_fill(~seen, -math.inf)


def _weights(scores):
    blind = scores.isneginf().all(-1, keepdim=True)
    return scores.masked_fill(blind, 0).softmax(-1).masked_fill(blind, 0)


def _sum(weights, value):
    return (weights @ value.to(weights.dtype)).to(value.dtype)


@fails("test_computes_what_pytorchs_function_does")
def takes_zero_for_no_scale(
    query, key, value, attn_mask=None, is_causal=False, scale=None
):
    """`scale or ...` replaces a scale of 0 as well, and attention is not uniform."""
    scores = _scores(query, key, scale or query.shape[-1] ** -0.5)
    return _sum(_weights(_causal(_masked(scores, attn_mask), is_causal)), value)


@fails(
    "test_a_boolean_mask_says_what_is_seen",
    "test_both_masks_hold_at_once",
    "test_a_query_that_sees_nothing_gets_zeros",
    "test_a_query_that_sees_nothing_spoils_no_gradient",
)
def takes_true_for_hidden(
    query, key, value, attn_mask=None, is_causal=False, scale=None
):
    """That is what the masks of `nn.MultiheadAttention` mean: only the padding is
    seen."""
    if attn_mask is not None and attn_mask.dtype == torch.bool:
        attn_mask = ~attn_mask
    scores = _causal(_masked(_scores(query, key, scale), attn_mask), is_causal)
    return _sum(_weights(scores), value)


@fails(
    "test_an_additive_mask_is_added_and_learns",
    "test_both_masks_hold_at_once",
)
def scales_the_mask_too(query, key, value, attn_mask=None, is_causal=False, scale=None):
    """Hidden stays hidden, but a bias of distances arrives at half its size."""
    factor = query.shape[-1] ** -0.5 if scale is None else scale
    scores = _masked(_scores(query, key, 1.0), attn_mask) * factor
    return _sum(_weights(_causal(scores, is_causal)), value)


@fails("test_an_additive_mask_is_added_and_learns")
def copies_the_mask(query, key, value, attn_mask=None, is_causal=False, scale=None):
    """The values are right, and a learned bias never learns."""
    if attn_mask is not None:
        attn_mask = torch.asarray(attn_mask.detach(), copy=True)
    scores = _causal(_masked(_scores(query, key, scale), attn_mask), is_causal)
    return _sum(_weights(scores), value)


@fails(
    "test_the_last_query_sees_every_key",
    "test_both_masks_hold_at_once",
    "test_a_query_that_sees_nothing_gets_zeros",
)
def aligns_the_first_query_with_the_first_key(
    query, key, value, attn_mask=None, is_causal=False, scale=None
):
    """Right for a square. In a step with a cache the new token sees the oldest key
    alone."""
    scores = _masked(_scores(query, key, scale), attn_mask)
    if is_causal:
        future = torch.ones_like(scores, dtype=torch.bool).triu(1)
        scores = scores.masked_fill(future, -math.inf)
    return _sum(_weights(scores), value)


@fails("test_both_masks_hold_at_once")
def takes_one_mask_or_the_other(
    query, key, value, attn_mask=None, is_causal=False, scale=None
):
    """With padding in the batch, the causal mask is dropped without an error."""
    scores = _scores(query, key, scale)
    if attn_mask is not None:
        scores = _masked(scores, attn_mask)
    elif is_causal:
        scores = _causal(scores, is_causal)
    return _sum(_weights(scores), value)


@fails(
    "test_the_last_query_sees_every_key",
    "test_a_query_that_sees_nothing_gets_zeros",
    "test_a_query_that_sees_nothing_spoils_no_gradient",
)
def fills_with_minus_infinity(
    query, key, value, attn_mask=None, is_causal=False, scale=None
):
    """A row of minus infinity comes out of the softmax as NaN."""
    scores = _causal(_masked(_scores(query, key, scale), attn_mask), is_causal)
    return _sum(scores.softmax(-1), value)


@fails(
    "test_the_last_query_sees_every_key",
    "test_a_query_that_sees_nothing_gets_zeros",
    "test_a_query_that_sees_nothing_spoils_no_gradient",
)
def fills_with_the_lowest_number(
    query, key, value, attn_mask=None, is_causal=False, scale=None
):
    """No NaN; but where everything is equally low the weights are uniform, and the
    query reads what is hidden."""
    scores = _causal(_masked(_scores(query, key, scale), attn_mask), is_causal)
    lowest = torch.finfo(scores.dtype).min
    return _sum(scores.clamp(min=lowest).softmax(-1), value)


@fails("test_a_query_that_sees_nothing_spoils_no_gradient")
def hides_the_nan_from_the_result_alone(
    query, key, value, attn_mask=None, is_causal=False, scale=None
):
    """The result is right. Going back, the softmax multiplies by the NaN it gave."""
    scores = _causal(_masked(_scores(query, key, scale), attn_mask), is_causal)
    return _sum(scores.softmax(-1).nan_to_num(), value)


@fails("test_keeps_large_scores_exact")
def multiplies_in_half_precision(
    query, key, value, attn_mask=None, is_causal=False, scale=None
):
    """The softmax is in float32, but the scores were rounded or infinite before."""
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    scores = _masked(_widen(query @ key.mT) * scale, attn_mask)
    return _sum(_weights(_causal(scores, is_causal)), value)


@fails("test_refuses_a_mask_of_integers")
def adds_integers(query, key, value, attn_mask=None, is_causal=False, scale=None):
    """A tokenizer's mask of ones and zeros is added, and padding is seen."""
    if attn_mask is not None and attn_mask.dtype != torch.bool:
        attn_mask = _widen(attn_mask)
    scores = _causal(_masked(_scores(query, key, scale), attn_mask), is_causal)
    return _sum(_weights(scores), value)


@fails("test_makes_its_masks_where_the_query_is")
def makes_the_triangle_on_the_cpu(
    query, key, value, attn_mask=None, is_causal=False, scale=None
):
    """On a GPU the two masks do not meet."""
    scores = _masked(_scores(query, key, scale), attn_mask)
    if is_causal:
        queries, keys = scores.shape[-2:]
        future = torch.ones(queries, keys, dtype=torch.bool).triu(keys - queries + 1)
        scores = scores.masked_fill(future, -math.inf)
    return _sum(_weights(scores), value)
