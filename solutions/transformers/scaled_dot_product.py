"""Scores, masks, softmax over the keys, weighted sum of the values.

Every mask becomes minus infinity in the scores. A row of nothing but minus infinity
would be NaN after the softmax, forward and backward, so such rows are set to zero
before it, which keeps it finite, and again after it, which is the result.
"""

import math

import torch
from torch import Tensor


def scaled_dot_product(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    is_causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    """Attention of each query over the keys: (batch, heads, queries, value_dim)."""
    wide = torch.promote_types(query.dtype, torch.float32)
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1])
    scores = query.to(wide) @ key.to(wide).mT * scale
    if attn_mask is not None:
        if attn_mask.dtype == torch.bool:
            scores = scores.masked_fill(~attn_mask, -math.inf)
        elif attn_mask.is_floating_point():
            scores = scores + attn_mask
        else:
            raise ValueError(f"a mask is boolean or floating, not {attn_mask.dtype}")
    if is_causal:
        queries, keys = scores.shape[-2:]
        future = torch.ones_like(scores, dtype=torch.bool).triu(keys - queries + 1)
        scores = scores.masked_fill(future, -math.inf)
    blind = (scores == -math.inf).all(dim=-1, keepdim=True)
    weights = scores.masked_fill(blind, 0).softmax(dim=-1).masked_fill(blind, 0)
    return (weights @ value.to(wide)).to(query.dtype)
