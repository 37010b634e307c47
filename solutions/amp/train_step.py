"""Clear, scale, backward, unscale, clip, step, update.

Autocast covers the forward pass and the loss, where a dtype is chosen for each
operation. The scaler divides the optimizer's gradients before the clip looks at
their norm, remembers if one was not finite, and then refuses to step. A disabled
scaler only steps, so the clip has to refuse in its place.
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
    trained = [p for group in optimizer.param_groups for p in group["params"]]
    device = next(model.parameters()).device
    optimizer.zero_grad()
    with torch.autocast(device.type, dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(
        trained, max_norm, error_if_nonfinite=not scaler.is_enabled()
    )
    scaler.step(optimizer)  # does not divide again, and skips inf and nan
    scaler.update()
    return loss.item()
