"""Near misses of transformers/grouped_query_attention."""

import math

import torch
from torch.nn.functional import scaled_dot_product_attention

from backprep.testing import fails


def _group(query, key, value):
    """How many query heads share a key-value head."""
    if query.shape[1] % key.shape[1] or key.shape[1] != value.shape[1]:
        raise ValueError("the heads do not divide")
    return query.shape[1] // key.shape[1]


def _seen(query, key, is_causal):
    """The causal mask of one head, or nothing but true."""
    rows, columns = query.shape[-2], key.shape[-2]
    seen = torch.ones(rows, columns, dtype=torch.bool, device=query.device)
    return seen.tril(columns - rows) if is_causal else seen


def _folded(query, key, value, seen):
    """The right answer, for a mask that has a row for each query of each head."""
    group, (*_, queries, head_dim) = _group(query, key, value), query.shape
    folded = query.unflatten(1, (-1, group)).flatten(2, 3)
    scores = (folded @ key.mT / math.sqrt(head_dim)).masked_fill(~seen, -math.inf)
    result = scores.softmax(-1) @ value
    return result.unflatten(2, (group, queries)).flatten(1, 2)


def _attend(query, key, value, seen):
    """Plain attention, with dimensions in front that broadcast."""
    scores = query @ key.mT / math.sqrt(query.shape[-1])
    return scores.masked_fill(~seen, -math.inf).softmax(-1) @ value


@fails(
    "test_computes_what_repeated_heads_do",
    "test_adjacent_heads_share",
    "test_the_last_query_sees_every_key",
    "test_takes_transposed_projections",
)
def shares_in_turn(query, key, value, is_causal=False):
    """Heads 0 and 2 share, as after `repeat`: the heads of a trained model meet the
    wrong keys."""
    group = _group(query, key, value)
    order = torch.arange(query.shape[1], device=query.device)
    order = order.unflatten(0, (group, -1)).T.flatten()
    seen = _seen(query, key, is_causal).repeat(group, 1)
    return _folded(query[:, order], key, value, seen)[:, order.argsort()]


@fails(
    "test_computes_what_repeated_heads_do",
    "test_adjacent_heads_share",
    "test_the_last_query_sees_every_key",
    "test_takes_transposed_projections",
)
def joins_the_heads_in_another_order(query, key, value, is_causal=False):
    """The right keys for every head, but the results are handed to the output
    projection in another order."""
    group = _group(query, key, value)
    seen = _seen(query, key, is_causal).repeat(group, 1)
    result = _folded(query, key, value, seen)
    return result.unflatten(1, (-1, group)).transpose(1, 2).flatten(1, 2)


@fails("test_repeats_no_keys")
def repeats_the_heads(query, key, value, is_causal=False):
    """Right, and the cache is read, written and read again in full size."""
    group = _group(query, key, value)
    key, value = (t.repeat_interleave(group, dim=1) for t in (key, value))
    return _attend(query, key, value, _seen(query, key, is_causal))


@fails("test_repeats_no_keys")
def broadcasts_over_the_group(query, key, value, is_causal=False):
    """Nothing seems to be repeated, but `matmul` brings a broadcast batch into one
    piece: the keys are copied for each member of the group."""
    parts = query.unflatten(1, (-1, _group(query, key, value)))
    seen = _seen(query, key, is_causal)
    return _attend(parts, key[:, :, None], value[:, :, None], seen).flatten(1, 2)


@fails("test_the_last_query_sees_every_key")
def aligns_the_mask_at_the_start(query, key, value, is_causal=False):
    """Right for a square. In a step with a cache the new token sees the oldest key
    alone."""
    seen = _seen(query, key, is_causal=False)
    seen = seen.tril() if is_causal else seen
    return _folded(query, key, value, seen.repeat(_group(query, key, value), 1))


@fails("test_the_last_query_sees_every_key")
def masks_the_folded_rows(query, key, value, is_causal=False):
    """The rows of the whole group count as one sequence: the first head of each group
    sees too little, and the last one is right."""
    group = _group(query, key, value)
    rows, columns = group * query.shape[-2], key.shape[-2]
    seen = torch.ones(rows, columns, dtype=torch.bool, device=query.device)
    seen = seen.tril(columns - rows) if is_causal else seen
    nothing = ~seen.any(-1, keepdim=True)
    return _folded(query, key, value, seen | nothing)


@fails("test_takes_transposed_projections")
def views_what_is_transposed(query, key, value, is_causal=False):
    """It works in a test with fresh tensors, and raises in a model."""
    group, (batch, _, rows, dim) = _group(query, key, value), query.shape
    folded = query.view(batch, -1, group * rows, dim)
    seen = _seen(query, key, is_causal).repeat(group, 1)
    return _attend(folded, key, value, seen).view(query.shape)


@fails("test_refuses_heads_that_do_not_divide")
def checks_nothing(query, key, value, is_causal=False):
    """An error about shapes from deep inside, or values of one head for all."""
    kv_heads = key.shape[1]
    folded = query.unflatten(1, (kv_heads, -1))
    seen = _seen(query, key, is_causal).repeat(folded.shape[2], 1)
    result = _attend(folded.flatten(2, 3), key, value, seen)
    return result.unflatten(2, (-1, query.shape[2])).flatten(1, 2)


@fails("test_makes_its_mask_where_the_query_is")
def makes_the_mask_on_the_cpu(query, key, value, is_causal=False):
    """On a GPU, scores and mask do not meet."""
    rows, columns, group = query.shape[2], key.shape[2], _group(query, key, value)
    seen = torch.ones(rows, columns, dtype=torch.bool)
    seen = seen.tril(columns - rows) if is_causal else seen
    return _folded(query, key, value, seen.repeat(group, 1))


@fails("test_does_the_work_itself")
def calls_pytorchs_own(query, key, value, is_causal=False):
    """Everything but the answer to the question."""
    _group(query, key, value)
    seen = _seen(query, key, is_causal)
    return scaled_dot_product_attention(
        query, key, value, attn_mask=seen, enable_gqa=True
    )
