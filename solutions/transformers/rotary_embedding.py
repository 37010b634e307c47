"""Turn each pair of features by an angle that grows with the position.

The angles are a table of positions times frequencies, computed in float32 when they are
needed: a buffer would be rounded when the module is moved to half precision, and a
position of 5,001 has no bfloat16 of its own.
"""

import torch
from torch import Tensor, nn


class RotaryEmbedding(nn.Module):
    """Rotates (batch, heads, length, head_dim), pairing the two halves of head_dim."""

    def __init__(self, head_dim: int, base: float = 10000.0) -> None:
        super().__init__()
        if head_dim < 2 or head_dim % 2:
            raise ValueError(f"{head_dim} features do not make pairs")
        self.head_dim, self.base = head_dim, base

    def forward(self, x: Tensor, positions: Tensor) -> Tensor:
        *_, length, _ = x.shape
        if positions.shape[-1:] != (length,):
            raise ValueError(f"{tuple(positions.shape)} positions for {length} tokens")
        wide = torch.promote_types(x.dtype, torch.float32)
        exponents = torch.arange(0, self.head_dim, 2, device=x.device, dtype=wide)
        frequencies = self.base ** (-exponents / self.head_dim)
        angles = (positions[..., None] * frequencies).unsqueeze(-3)
        cos, sin = angles.cos(), angles.sin()
        first, second = x.to(wide).chunk(2, dim=-1)
        turned = first * cos - second * sin, first * sin + second * cos
        return torch.cat(turned, dim=-1).to(x.dtype)
