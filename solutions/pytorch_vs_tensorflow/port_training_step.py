"""Keep Keras's arrays and its arithmetic, and let PyTorch differentiate.

With the kernels as they are stored nothing is transposed. The moments of a batch, the
moving ones and the penalty are a line each. Adam is PyTorch's: Keras's epsilon is that
of an Adam without the correction of `v`, so it is divided by the correction.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


class TrainingStep:
    """One training step of the Keras model, on its weights, in PyTorch."""

    def __init__(self, weights: list[np.ndarray]) -> None:
        self._weights = [torch.tensor(array) for array in weights]
        self._moving = self._weights[3:5]
        trained = [*self._weights[:3], *self._weights[5:]]
        self._adam = torch.optim.Adam([w.requires_grad_() for w in trained], lr=0.01)
        self._steps = 0

    def __call__(self, x: Tensor, y: Tensor) -> float:
        """Take one step on a batch, and return its loss."""
        kernel = self._weights[0]
        hidden = x @ kernel
        moments = hidden.mean(0), hidden.var(0, correction=0)
        loss = cross_entropy(self._logits(hidden, *moments), y)
        loss = loss + 0.01 * kernel.square().sum()
        self._adam.zero_grad()
        loss.backward()
        self._steps += 1
        (group,) = self._adam.param_groups
        group["eps"] = 1e-3 / (1 - 0.999**self._steps) ** 0.5
        self._adam.step()
        for moving, new in zip(self._moving, moments, strict=True):
            moving.lerp_(new.detach(), 0.01)
        return loss.item()

    def predict(self, x: Tensor) -> Tensor:
        """The probability of each class."""
        logits = self._logits(x @ self._weights[0], *self._moving)
        return logits.softmax(1).detach()

    def get_weights(self) -> list[np.ndarray]:
        """The seven arrays as they are now."""
        return [w.detach().numpy().copy() for w in self._weights]

    def _logits(self, hidden: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        _, gamma, beta, _, _, head, bias = self._weights
        normal = (hidden - mean) / (variance + 1e-3).sqrt()
        return (normal * gamma + beta).relu() @ head + bias
