"""Choose the variance of the weights so that the signal keeps its size.

An output is a sum of `fan_in` products, so weights of variance `1 / fan_in` keep the
variance. ReLU halves the mean square, hence the 2 of Kaiming. Xavier takes the mean of
both fans, as a compromise with the backward pass. The variance of a uniform
distribution is a third of the square of its bound.
"""

import math

import torch
from torch import nn


@torch.no_grad()
def init_weights(model: nn.Module, scheme: str = "kaiming") -> None:
    """Start the linear layers and convolutions of `model` by Kaiming or Xavier."""
    if scheme not in ("kaiming", "xavier"):
        raise ValueError(f"scheme must be 'kaiming' or 'xavier', not {scheme!r}")
    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            kernel = math.prod(layer.weight.shape[2:])
            fan_out, fan_in = (size * kernel for size in layer.weight.shape[:2])
            if scheme == "kaiming":
                layer.weight.normal_(0, math.sqrt(2 / fan_in))
            else:
                bound = math.sqrt(6 / (fan_in + fan_out))
                layer.weight.uniform_(-bound, bound)
            if layer.bias is not None:
                layer.bias.zero_()
