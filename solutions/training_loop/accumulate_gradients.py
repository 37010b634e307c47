"""The mean over all examples is not the mean of the batch means.

A batch counts by its size, so its loss is scaled by its share of the examples.
Backward runs inside the loop: it frees one graph before the next is built,
which is what makes the large batch fit.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn


def accumulate_gradients(
    model: nn.Module,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    batches: list[tuple[Tensor, Tensor]],
) -> Tensor:
    """Backpropagate the mean loss over all the examples, and return it."""
    examples = sum(len(inputs) for inputs, _ in batches)
    parts = []
    for inputs, targets in batches:
        loss = loss_fn(model(inputs), targets) * (len(inputs) / examples)
        loss.backward()
        parts.append(loss.detach())
    return torch.stack(parts).sum()
