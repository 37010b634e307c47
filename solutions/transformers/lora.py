"""A frozen layer plus a thin product, which begins at zero.

B starts at zero, so the product does; A starts at random, so B has a gradient. `x` goes
through the two thin matrices one after the other, and their product, which is as large
as the weight, is made only to be merged.
"""

import math

import torch
from torch import Tensor, nn


class LoRALinear(nn.Module):
    """An `nn.Linear` that is frozen, and a low-rank update that learns."""

    def __init__(self, layer: nn.Linear, r: int, alpha: float) -> None:
        super().__init__()
        if not 1 <= r <= min(layer.in_features, layer.out_features):
            raise ValueError(f"no rank {r} in {layer}")
        weight = layer.weight
        self.layer = layer.requires_grad_(False)
        self.lora_A = nn.Parameter(weight.new_empty(r, layer.in_features))
        self.lora_B = nn.Parameter(weight.new_zeros(layer.out_features, r))
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))
        self.scale = alpha / r
        self.merged = False

    def forward(self, x: Tensor) -> Tensor:
        result = self.layer(x)
        if self.merged:
            return result
        return result + self.scale * (x @ self.lora_A.T @ self.lora_B.T)

    @torch.no_grad()
    def merge(self) -> None:
        """Add the adapter to the layer's weight."""
        if not self.merged:
            self.layer.weight += self.scale * (self.lora_B @ self.lora_A)
            self.merged = True

    @torch.no_grad()
    def unmerge(self) -> None:
        """Take the adapter out of the layer's weight."""
        if self.merged:
            self.layer.weight -= self.scale * (self.lora_B @ self.lora_A)
            self.merged = False


def lora_state_dict(model: nn.Module) -> dict[str, Tensor]:
    """The entries of the model's state dict that belong to adapters."""
    names = {
        f"{path}.{name}".removeprefix(".")
        for path, module in model.named_modules()
        if isinstance(module, LoRALinear)
        for name in ("lora_A", "lora_B")
    }
    return {name: t for name, t in model.state_dict().items() if name in names}
