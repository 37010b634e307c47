"""Frozen means three things: no gradients, no graph, and evaluation mode for good.

The running statistics of batch normalisation are buffers, which the forward pass moves
in training mode, and `train()` on any parent sets that mode. So the module overrides
`train` and puts the backbone back.
"""

from typing import Self

import torch
from torch import Tensor, nn


class FrozenBackbone(nn.Module):
    """A head that is trained on the features of a network that is not."""

    def __init__(self, backbone: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone.requires_grad_(False).eval()
        self.head = head

    def train(self, mode: bool = True) -> Self:
        """Set the mode of everything but the backbone, which only evaluates."""
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        """What the head makes of the features."""
        with torch.no_grad():
            features = self.backbone(x)
        output: Tensor = self.head(features)
        return output
