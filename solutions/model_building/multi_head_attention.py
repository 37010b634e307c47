"""Split into heads, compare, hide, average, join.

The heads become a batch dimension, so one matrix product compares all of them. Hidden
scores are the lowest finite number and not minus infinity: a softmax over nothing but
minus infinity is NaN. Hidden weights are then set to zero, which changes only the
rows that see nothing.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import linear


class MultiHeadAttention(nn.Module):
    """Self-attention: (batch, length, embed_dim) to the same shape."""

    def __init__(self, embed_dim: int, num_heads: int) -> None:
        super().__init__()
        if num_heads < 1 or embed_dim % num_heads:
            raise ValueError(f"{num_heads} heads cannot share {embed_dim} features")
        self.num_heads = num_heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * embed_dim, embed_dim))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * embed_dim))
        self.out_proj = nn.Linear(embed_dim, embed_dim)
        nn.init.xavier_uniform_(self.in_proj_weight)

    def forward(
        self,
        x: Tensor,
        key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        projected = linear(x, self.in_proj_weight, self.in_proj_bias)
        q, k, v = (
            part.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for part in projected.chunk(3, dim=-1)
        )
        scores = q @ k.mT / math.sqrt(q.shape[-1])
        hidden = torch.zeros_like(scores, dtype=torch.bool)
        if is_causal:
            hidden |= torch.ones_like(hidden).triu(1)
        if key_padding_mask is not None:
            hidden |= key_padding_mask[:, None, None, :]
        scores = scores.masked_fill(hidden, torch.finfo(scores.dtype).min)
        weights = scores.softmax(dim=-1).masked_fill(hidden, 0)
        return self.out_proj((weights @ v).transpose(1, 2).flatten(2))
