"""Keep keys and values, project only what is new, and shift the diagonal of the mask.

The length of the cache is the only state besides its tensors: it says where the new
tokens stand, how many columns the mask has more than rows, and whether they still fit.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


class CachedAttention(nn.Module):
    """Causal self-attention over the new tokens and those of earlier calls."""

    def __init__(self, embed_dim: int, num_heads: int, max_length: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.position = nn.Embedding(max_length, embed_dim)
        self.qkv = nn.Linear(embed_dim, 3 * embed_dim)
        self.out = nn.Linear(embed_dim, embed_dim)
        self.reset()

    def reset(self) -> None:
        """Forget the sequence."""
        self.cache: tuple[Tensor, Tensor] | None = None

    @torch.no_grad()
    def forward(self, x: Tensor) -> Tensor:
        batch, new, _ = x.shape
        past = self.cache[0].shape[2] if self.cache else 0
        if past + new > self.position.num_embeddings:
            raise ValueError(f"{new} more tokens do not fit behind {past}")
        if self.cache and batch != len(self.cache[0]):
            raise ValueError(f"a batch of {batch} cannot go on from another one")
        places = torch.arange(past, past + new, device=x.device)
        q, k, v = (
            part.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for part in self.qkv(x + self.position(places)).chunk(3, dim=-1)
        )
        if self.cache:
            k = torch.cat([self.cache[0], k], dim=2)
            v = torch.cat([self.cache[1], v], dim=2)
        self.cache = k, v
        seen = torch.ones(new, past + new, dtype=torch.bool, device=x.device).tril(past)
        heads = scaled_dot_product_attention(q, k, v, attn_mask=seen)
        return self.out(heads.transpose(1, 2).flatten(2))
