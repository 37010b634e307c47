"""A mask of zeros and one other number, drawn anew for each call.

An element stays with probability 1 - p and is divided by that, so its expected value is
what it was and evaluation has nothing to do. Autograd multiplies the gradient by the
same mask.
"""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Zeroes each element with probability `p` in training mode."""

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p must be from 0 to 1, not {p}")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """`x` with some elements zeroed and the others scaled; or `x`."""
        if not self.training:
            return x
        if self.p == 1:  # nothing stays that could be scaled
            return x * 0
        stays = torch.rand_like(x) >= self.p
        return x * stays / (1 - self.p)
