"""A detached copy of each parameter, in enough precision, and the number of updates.

The warm-up makes the number of updates part of the state. For an evaluation the values
change places and the parameters stay, so that the optimizer holds them all the while;
`finally` brings the trained weights back, whatever happens in between.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn


class WeightAverage:
    """An exponential moving average of a model's parameters."""

    def __init__(self, model: nn.Module, decay: float = 0.999) -> None:
        if not 0 <= decay < 1:
            raise ValueError(f"decay must be at least 0 and below 1, not {decay}")
        self.decay = decay
        self.updates = 0
        self.averages = {
            name: parameter.detach().to(_precise(parameter.dtype), copy=True)
            for name, parameter in model.named_parameters()
        }

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Move each average towards the weights."""
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for name, parameter in model.named_parameters():
            average = self.averages[name]
            average.lerp_(parameter.to(average.dtype), 1 - decay)
        self.updates += 1

    @contextmanager
    def applied_to(self, model: nn.Module) -> Iterator[None]:
        """Lend the averages to the model, for the time of a `with` block."""
        trained = {n: p.detach().clone() for n, p in model.named_parameters()}
        _fill(dict(model.named_parameters()), self.averages)
        try:
            yield
        finally:
            _fill(dict(model.named_parameters()), trained)

    def state_dict(self) -> dict[str, Any]:
        """A snapshot of all that the next update reads."""
        averages = {name: average.clone() for name, average in self.averages.items()}
        return {"updates": self.updates, "averages": averages}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        if _shapes(state["averages"]) != _shapes(self.averages):
            raise ValueError("the state is one of other parameters")
        _fill(self.averages, state["averages"])
        self.updates = state["updates"]


def _precise(dtype: torch.dtype) -> torch.dtype:
    return torch.promote_types(dtype, torch.float32)


def _shapes(tensors: dict[str, Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in tensors.items()}


@torch.no_grad()
def _fill(tensors: dict[str, Any], values: dict[str, Tensor]) -> None:
    for name, tensor in tensors.items():
        tensor.copy_(values[name])
