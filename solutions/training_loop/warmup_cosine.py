"""A pure function of the step; the loop asks it once for each step of the optimizer.

The warm-up counts the step that is about to be taken, so that none is lost at zero. The
rates are written down before the optimizer's step and the schedule moves after it: in
between, `lr` is what the step trains with.
"""

import math
from collections.abc import Callable

from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR


def warmup_cosine(step: int, warmup: int, total: int) -> float:
    """The factor of the learning rate in this step, from 0 to 1."""
    if step < 0:
        raise ValueError(f"step must not be negative, but is {step}")
    if total < 1 or not 0 <= warmup <= total:
        raise ValueError(f"{warmup} steps of warm-up do not fit into {total} steps")
    if step < warmup:
        return (step + 1) / warmup
    if step >= total:
        return 0.0
    progress = (step - warmup) / (total - warmup)
    return 0.5 * (1 + math.cos(math.pi * progress))


def train(
    model: nn.Module,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    batches: list[tuple[Tensor, Tensor]],
    optimizer: Optimizer,
    *,
    warmup: int,
) -> list[list[float]]:
    """Take one step for each batch; returns the learning rates of each."""
    scheduler = LambdaLR(
        optimizer, lambda step: warmup_cosine(step, warmup, len(batches))
    )
    rates = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss_fn(model(inputs), targets).backward()
        rates.append([group["lr"] for group in optimizer.param_groups])
        optimizer.step()
        scheduler.step()
    return rates
