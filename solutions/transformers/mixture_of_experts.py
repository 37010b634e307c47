"""Go through the experts, not through the tokens.

The table of choices has a row for each token. Where an expert stands in it says which
tokens to gather for one call, which weight their results get, and where to add them.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn


class MixtureOfExperts(nn.Module):
    """A layer in which each token is sent to the experts that its router prefers."""

    def __init__(
        self, embed_dim: int, experts: Iterable[nn.Module], top_k: int
    ) -> None:
        super().__init__()
        self.experts = nn.ModuleList(experts)
        self.router = nn.Linear(embed_dim, len(self.experts), bias=False)
        self.top_k = top_k

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The weighted results, in the shape of `x`, and the balance loss."""
        tokens, num_experts = x.flatten(0, 1), len(self.experts)
        wide = torch.promote_types(x.dtype, torch.float32)
        probabilities = self.router(tokens).softmax(dim=-1, dtype=wide)
        weights, chosen = probabilities.topk(self.top_k, dim=-1)
        weights = (weights / weights.sum(dim=-1, keepdim=True)).to(x.dtype)

        result = torch.zeros_like(tokens)
        for i, expert in enumerate(self.experts):
            rows, columns = (chosen == i).nonzero(as_tuple=True)
            if len(rows):
                part = weights[rows, columns, None] * expert(tokens[rows])
                result = result.index_add(0, rows, part)

        counts = chosen.flatten().bincount(minlength=num_experts)
        balance = (counts * probabilities.mean(dim=0)).sum() / chosen.numel()
        return result.view(x.shape), num_experts * balance
