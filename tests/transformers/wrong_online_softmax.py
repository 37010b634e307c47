"""Near misses of transformers/online_softmax."""

import math

import torch
from torch.nn.functional import scaled_dot_product_attention

from backprep.testing import fails


def _examine(query, key, block_size, is_causal):
    if block_size < 1 or (is_causal and query.shape[2] != key.shape[2]):
        raise ValueError("these make no blocks")


def _blocks(length, size):
    """The slices that cover the length."""
    return [slice(i, min(i + size, length)) for i in range(0, length, size)]


def _scores(query, key, rows, columns, is_causal):
    """One block of scores, in which the future is minus infinity."""
    scores = query[:, :, rows] @ key[:, :, columns].mT / math.sqrt(query.shape[-1])
    if not is_causal:
        return scores
    future = torch.ones_like(scores, dtype=torch.bool)
    return scores.masked_fill(future.triu(rows.start - columns.start + 1), -math.inf)


def _rescale(state, scores, value):
    """Take a block into the running maximum, sum and weighted sum."""
    top, total, mixed = state
    new = torch.maximum(top, scores.amax(-1, keepdim=True))
    shares, shrink = (scores - new).exp(), (top - new).exp()
    total = total * shrink + shares.sum(-1, keepdim=True)
    return new, total, mixed * shrink + shares @ value


def _attend(query, key, value, block_size, is_causal, step=_rescale, **other):
    """The right answer, with one of its parts exchanged."""
    _examine(query, key, block_size, is_causal)
    of_keys, lowest = other.get("of_keys", _blocks), other.get("lowest", -math.inf)
    seen = other.get("seen", lambda rows, columns: columns.start < rows.stop)
    results = []
    for rows in _blocks(query.shape[2], block_size):
        top = query.new_full((*query[:, :, rows].shape[:3], 1), lowest)
        state = top, torch.zeros_like(top), torch.zeros_like(query[:, :, rows])
        for columns in of_keys(key.shape[2], block_size):
            if not is_causal or seen(rows, columns):
                scores = _scores(query, key, rows, columns, is_causal)
                state = step(state, scores, value[:, :, columns])
        results.append(state[2] / state[1])
    return torch.cat(results, dim=2)


@fails(
    "test_agrees_with_ordinary_attention",
    "test_takes_blocks_that_do_not_divide",
    "test_keeps_large_scores_finite",
    "test_no_query_sees_a_later_key",
)
def never_rescales(query, key, value, block_size, is_causal=False):
    """Each block is relative to another maximum, and they are added all the same."""

    def step(state, scores, value):
        top, total, mixed = state
        top = torch.maximum(top, scores.amax(-1, keepdim=True))
        shares = (scores - top).exp()
        return top, total + shares.sum(-1, keepdim=True), mixed + shares @ value

    return _attend(query, key, value, block_size, is_causal, step)


@fails(
    "test_agrees_with_ordinary_attention",
    "test_takes_blocks_that_do_not_divide",
    "test_keeps_large_scores_finite",
    "test_no_query_sees_a_later_key",
)
def rescales_the_sum_alone(query, key, value, block_size, is_causal=False):
    """The weights add up to more than one wherever a later block has the maximum."""

    def step(state, scores, value):
        top, total, _ = _rescale(state, scores, value)
        return top, total, state[2] + (scores - top).exp() @ value

    return _attend(query, key, value, block_size, is_causal, step)


@fails("test_keeps_large_scores_finite")
def has_no_maximum(query, key, value, block_size, is_causal=False):
    """A score of 90 is infinite in float32, and the result is NaN."""

    def step(state, scores, value):
        shares = scores.exp()
        total = state[1] + shares.sum(-1, keepdim=True)
        return state[0], total, state[2] + shares @ value

    return _attend(query, key, value, block_size, is_causal, step)


@fails("test_keeps_large_scores_finite")
def starts_the_maximum_at_zero(query, key, value, block_size, is_causal=False):
    """Where all scores are far below zero, every exponential is zero: 0 / 0."""
    return _attend(query, key, value, block_size, is_causal, lowest=0.0)


@fails("test_takes_blocks_that_do_not_divide")
def leaves_out_the_last_keys(query, key, value, block_size, is_causal=False):
    """The keys behind the last full block are seen by nobody."""

    def of_keys(length, size):
        return _blocks(length, size)[: max(length // size, 1)]

    return _attend(query, key, value, block_size, is_causal, of_keys=of_keys)


@fails("test_no_query_sees_a_later_key", "test_takes_blocks_that_do_not_divide")
def skips_the_diagonal(query, key, value, block_size, is_causal=False):
    """The blocks on the diagonal are skipped as well: no query sees its neighbours, and
    the first ones see nothing at all."""

    def seen(rows, columns):
        return columns.start < max(rows.start, 1)

    return _attend(query, key, value, block_size, is_causal, seen=seen)


@fails("test_makes_no_tensor_larger_than_a_block")
def takes_all_keys_at_once(query, key, value, block_size, is_causal=False):
    """A block of queries against all keys: the strip still grows with the length."""
    _examine(query, key, block_size, is_causal)
    results = []
    for rows in _blocks(query.shape[2], block_size):
        columns = slice(0, rows.stop if is_causal else key.shape[2])
        weights = _scores(query, key, rows, columns, is_causal).softmax(-1)
        results.append(weights @ value[:, :, columns])
    return torch.cat(results, dim=2)


@fails("test_forgets_a_block_before_the_next")
def keeps_every_block(query, key, value, block_size, is_causal=False):
    """No tensor is large, and together they are the whole table."""
    kept = []

    def step(state, scores, value):
        kept.append(scores)
        return _rescale(state, scores, value)

    return _attend(query, key, value, block_size, is_causal, step)


@fails("test_skips_the_blocks_of_the_future")
def masks_what_it_could_skip(query, key, value, block_size, is_causal=False):
    """The result is right, and nearly half of the work is for nothing."""
    return _attend(query, key, value, block_size, is_causal, seen=lambda *_: True)


@fails("test_refuses_what_makes_no_blocks")
def checks_nothing(query, key, value, block_size, is_causal=False):
    """A size of minus two gives no blocks and an error about an empty list; a causal
    mask of other lengths is aligned at an end that nobody chose."""
    causal = is_causal and query.shape[2] == key.shape[2]
    return _attend(query, key, value, abs(block_size) or 1, causal)


@fails("test_does_the_work_itself")
def hands_the_blocks_to_pytorch(query, key, value, block_size, is_causal=False):
    """Everything but the answer to the question."""
    _examine(query, key, block_size, is_causal)
    results = []
    for rows in _blocks(query.shape[2], block_size):
        columns = slice(0, rows.stop if is_causal else key.shape[2])
        seen = torch.ones(rows.stop - rows.start, columns.stop, dtype=torch.bool)
        seen = seen.tril(rows.start) if is_causal else seen
        part = query[:, :, rows], key[:, :, columns], value[:, :, columns]
        results.append(scaled_dot_product_attention(*part, attn_mask=seen))
    return torch.cat(results, dim=2)
