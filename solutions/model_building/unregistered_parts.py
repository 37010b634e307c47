"""Everything that the outputs depend on has to be registered.

Layers go into a container that is a module. What is learned becomes a parameter, and
what is only saved and moved becomes a buffer. All of it is made once, in `__init__`:
optimizers and files know only what is there then. `clone` keeps the caller's tensors
apart, since loading writes into the buffers.
"""

import torch
from torch import Tensor, nn


class FeatureEncoder(nn.Module):
    """Standardised features, through residual layers: (batch, width) to the same."""

    mean: Tensor
    std: Tensor

    def __init__(self, mean: Tensor, std: Tensor, depth: int) -> None:
        super().__init__()
        width = len(mean)
        self.register_buffer("mean", mean.clone())
        self.register_buffer("std", std.clone())
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.gain = nn.Parameter(torch.ones(width))
        self.shift = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        h = (x - self.mean) / self.std
        for layer in self.layers:
            h = h + layer(h).relu()
        return self.gain * h + self.shift
