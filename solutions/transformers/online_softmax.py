"""A running maximum, a running sum, and a running weighted sum.

All exponentials so far are relative to the largest score so far. When a block brings a
larger one, both sums shrink by the exponential of the difference, and are again what
they would have been had the maximum been known from the start.
"""

import math

import torch
from torch import Tensor


def blockwise_attention(
    query: Tensor, key: Tensor, value: Tensor, block_size: int, is_causal: bool = False
) -> Tensor:
    """Attention that holds one block of scores: (batch, heads, queries, head_dim)."""
    if block_size < 1:
        raise ValueError(f"there are no blocks of {block_size}")
    queries, keys = query.shape[2], key.shape[2]
    if is_causal and queries != keys:
        raise ValueError(f"{queries} causal queries do not fit {keys} keys")
    blocks = []
    for start in range(0, queries, block_size):
        q = query[:, :, start : start + block_size] / math.sqrt(query.shape[-1])
        top, total, mixed = q.new_tensor(-math.inf), 0, 0
        end = start + 1 if is_causal else keys
        for first in range(0, end, block_size):
            scores = q @ key[:, :, first : first + block_size].mT
            if is_causal and first == start:
                future = torch.ones_like(scores, dtype=torch.bool).triu(1)
                scores = scores.masked_fill(future, -math.inf)
            new_top = torch.maximum(top, scores.amax(dim=-1, keepdim=True))
            shares, shrink = (scores - new_top).exp(), (top - new_top).exp()
            total = total * shrink + shares.sum(dim=-1, keepdim=True)
            mixed = mixed * shrink + shares @ value[:, :, first : first + block_size]
            top = new_top
        blocks.append(mixed / total)
    return torch.cat(blocks, dim=2)
