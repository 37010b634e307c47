"""Divide each vector by the root of the mean of its squares.

The squares are what half precision cannot hold: 300 squared is infinite in float16,
and bfloat16 keeps three digits. So all of it is computed in float32, or in float64
where `x` is, and the result alone is rounded to the dtype that came in.
"""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Root mean square normalisation over the last dimension: (..., dim)."""

    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != self.weight.shape:
            raise ValueError(f"{tuple(x.shape)} does not end in {len(self.weight)}")
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = wide.square().mean(dim=-1, keepdim=True)
        normed = wide * torch.rsqrt(mean_square + self.eps)
        return (normed * self.weight).to(x.dtype)
