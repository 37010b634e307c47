"""Two sources for the same two numbers, and one formula.

In training mode mean and variance are computed from the batch, and gradients
flow through them; in evaluation mode they are the buffers. The batch is
normalised by the biased variance, the buffer takes in the unbiased one, and
`momentum` is the share of the new value.
"""

import torch
from torch import Tensor, nn


class BatchNorm1d(nn.Module):
    """Batch normalisation of `[batch, num_features]`."""

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float = 0.1
    ) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x: Tensor) -> Tensor:
        """The normalised batch, of the shape of `x`."""
        if self.training:
            n = len(x)
            if n < 2:
                raise ValueError(f"a batch of {n} has no variance to normalise by")
            var, mean = torch.var_mean(x, 0, correction=0)
            self._take_in(mean, var * (n / (n - 1)))
        else:
            mean, var = self.running_mean, self.running_var
        return (x - mean) * torch.rsqrt(var + self.eps) * self.weight + self.bias

    @torch.no_grad()
    def _take_in(self, mean: Tensor, var: Tensor) -> None:
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(var, self.momentum)
        self.num_batches_tracked += 1
