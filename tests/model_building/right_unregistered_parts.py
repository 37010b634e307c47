"""Other right answers to model_building/unregistered_parts."""

import torch
from torch import nn
from torch.nn import functional


class wraps_buffers_and_parameters(nn.Module):
    """`nn.Buffer` reads like `nn.Parameter`: the assignment says what a tensor is.
    Older code and older readers know only `register_buffer`."""

    def __init__(self, mean, std, depth):
        super().__init__()
        self.mean = nn.Buffer(mean.detach().clone())
        self.std = nn.Buffer(std.detach().clone())
        self.layers = nn.ModuleList()
        for _ in range(depth):
            self.layers.append(nn.Linear(mean.numel(), mean.numel()))
        self.gain = nn.Parameter(torch.ones_like(mean))
        self.shift = nn.Parameter(torch.zeros_like(mean))

    def forward(self, x):
        h = (x - self.mean).div(self.std)
        for layer in self.layers:
            h = h + functional.relu(layer(h))
        return torch.addcmul(self.shift, h, self.gain)


class keeps_residual_layers_in_a_sequential(nn.Module):
    """A layer that adds its own input makes `forward` one line, and the names in the
    file stay those of plain layers. A subclass of `Linear` that is not a linear map may
    surprise whoever reads it."""

    def __init__(self, mean, std, depth):
        super().__init__()
        width = len(mean)
        for name, value in (("mean", mean), ("std", std)):
            self.register_buffer(name, value.clone())
        self.layers = nn.Sequential(*(_Residual(width, width) for _ in range(depth)))
        self.register_parameter("gain", nn.Parameter(torch.ones(width)))
        self.register_parameter("shift", nn.Parameter(torch.zeros(width)))

    def forward(self, x):
        return self.gain * self.layers((x - self.mean) / self.std) + self.shift


class _Residual(nn.Linear):
    def forward(self, x):
        return x + super().forward(x).relu()
