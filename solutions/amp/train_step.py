"""Scale, backward, unscale, clip, step, update.

Autocast covers what chooses a dtype for each operation, the forward pass and the
loss. Everything after works on the true gradients in float32: the scaler divides
them before the clip looks at their norm, remembers if one was not finite, and
then refuses to step. A disabled scaler does nothing but step, so one path serves
both.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer


def train_step(
    model: nn.Module,
    batch: tuple[Tensor, Tensor],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: Optimizer,
    scaler: torch.amp.GradScaler,
    *,
    dtype: torch.dtype,
    max_norm: float = 1.0,
) -> float:
    """Train on one batch in mixed precision and return its loss."""
    inputs, targets = batch
    device = next(model.parameters()).device
    with torch.autocast(device.type, dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    scaler.step(optimizer)  # does not divide again, and skips inf and nan
    scaler.update()
    optimizer.zero_grad()
    return loss.item()
