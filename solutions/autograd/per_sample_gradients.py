"""Write the loss of one example, then transform it twice.

`grad` makes of it a function that returns the gradient by its first argument, the
weights, and `vmap` runs that for all examples in the same operations. The weights are
shared by the examples, so they are not mapped over.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap


def per_sample_gradients(
    model: nn.Module,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    inputs: Tensor,
    targets: Tensor,
) -> dict[str, Tensor]:
    """By name, the gradient of each example's loss: `[examples, *parameter.shape]`."""
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}

    def loss_of_one(weights: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return loss_fn(functional_call(model, weights, (x[None],)), y[None])

    gradients = vmap(grad(loss_of_one), in_dims=(None, 0, 0), randomness="different")
    with torch.no_grad():  # nothing is recorded out here; `grad` still works
        result: dict[str, Tensor] = gradients(trained, inputs, targets)
    return result
