"""Half precision for the model alone; everything that can overflow stays outside.

The difference is taken in float32, the backward pass begins outside autocast, the
gradients are divided before anyone looks at their norm, and one scaler lives as long
as the loop, so that it can learn from the steps that it skips.
"""

import torch
from torch import Tensor, nn
from torch.optim import Optimizer


def fit(
    model: nn.Module,
    batches: list[tuple[Tensor, Tensor]],
    optimizer: Optimizer,
    *,
    dtype: torch.dtype,
    max_norm: float,
    init_scale: float = 65536.0,
) -> tuple[list[float], float]:
    """Train for one step on each batch; the losses, and the scale at the end."""
    device = next(model.parameters()).device.type
    scaler = torch.amp.GradScaler(device, init_scale=init_scale)
    losses = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        with torch.autocast(device, dtype=dtype):
            outputs = model(inputs)
        loss = (outputs.float() - targets).square().mean()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        scaler.step(optimizer)
        scaler.update()
        losses.append(loss.item())
    return losses, scaler.get_scale()
