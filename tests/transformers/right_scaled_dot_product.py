"""Other right answers to transformers/scaled_dot_product."""

import math

import torch


def keeps_one_bias_for_all_masks(
    query, key, value, attn_mask=None, is_causal=False, scale=None
):
    """Every mask becomes numbers to add, so there is one place where scores are masked.
    A boolean mask then costs four bytes an entry in place of one."""
    wide = query.double() if query.dtype == torch.float64 else query.float()
    queries, keys = query.size(-2), key.size(-2)
    bias = torch.zeros(queries, keys, dtype=wide.dtype, device=query.device)
    if is_causal:
        i = torch.arange(keys - queries, keys, device=query.device)[:, None]
        j = torch.arange(keys, device=query.device)
        bias = bias.masked_fill(j > i, -math.inf)
    if attn_mask is not None and attn_mask.dtype == torch.bool:
        bias = torch.where(attn_mask, bias, -math.inf)
    elif attn_mask is not None:
        if not attn_mask.dtype.is_floating_point:
            raise ValueError("the mask must be boolean or floating point")
        bias = bias + attn_mask
    scale = query.size(-1) ** -0.5 if scale is None else scale
    scores = torch.einsum("bhqd,bhkd->bhqk", wide * scale, key.to(wide.dtype)) + bias
    blind = (bias == -math.inf).all(-1, keepdim=True)
    weights = torch.where(blind, 0, torch.where(blind, 0, scores).softmax(-1))
    return torch.einsum("bhqk,bhkd->bhqd", weights, value.to(wide.dtype)).to(
        query.dtype
    )


def exponentiates_by_hand(
    query, key, value, attn_mask=None, is_causal=False, scale=None
):
    """Numerator and denominator apart, as in a kernel that goes through the keys in
    blocks: the sums are divided at the end. It is more to get right than a softmax."""
    dtype = torch.promote_types(query.dtype, torch.float32)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = scale * (query.to(dtype) @ key.to(dtype).transpose(-2, -1))
    seen = torch.ones_like(scores, dtype=torch.bool)
    if is_causal:
        seen = seen.tril(key.shape[-2] - query.shape[-2])
    if attn_mask is not None:
        if attn_mask.dtype == torch.bool:
            seen = seen & attn_mask
        elif attn_mask.dtype.is_floating_point:
            seen = seen & ~attn_mask.isneginf()
            scores = scores + attn_mask.masked_fill(attn_mask.isneginf(), 0)
        else:
            raise ValueError(f"no mask can be {attn_mask.dtype}")
    top = scores.detach().masked_fill(~seen, -1e30).amax(-1, keepdim=True)
    shares = (scores - top).masked_fill(~seen, -math.inf).exp()
    total = shares.sum(-1, keepdim=True)
    result = (shares @ value.to(dtype)) / total.masked_fill(total == 0, 1)
    return result.to(query.dtype)


def rounds_the_weights(query, key, value, attn_mask=None, is_causal=False, scale=None):
    """The second product runs in the dtype of the inputs, on the hardware made for it.
    The weights are at most 1 and lose little, while the scores would lose much."""
    boolean = attn_mask is not None and attn_mask.dtype == torch.bool
    if not (attn_mask is None or boolean or attn_mask.is_floating_point()):
        raise ValueError(f"cannot add a mask of {attn_mask.dtype}")
    wide = query if query.dtype == torch.float64 else query.float()
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    scores = torch.matmul(wide, key.to(wide.dtype).mT) * scale
    if boolean:
        scores = torch.where(attn_mask, scores, -math.inf)
    elif attn_mask is not None:
        scores = scores + attn_mask
    if is_causal:
        *_, queries, keys = scores.shape
        ahead = torch.ones(queries, keys, dtype=torch.bool, device=query.device)
        scores = scores.masked_fill(ahead.triu(keys - queries + 1), -math.inf)
    hidden = scores.isneginf()
    finite = scores.masked_fill(hidden, torch.finfo(scores.dtype).min)
    weights = finite.softmax(-1).masked_fill(hidden, 0)
    return weights.to(value.dtype) @ value
