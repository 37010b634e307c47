"""Other right answers to amp/loop_that_goes_nan."""

import torch
from torch import nn


def leaves_the_loss_to_autocast(
    model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0
):
    """Inside the block `mse_loss` is one of the operations that autocast takes to
    float32 by itself. Whoever writes the loss out by hand later loses that."""
    scaler = torch.amp.GradScaler(
        next(model.parameters()).device.type, init_scale=init_scale
    )
    losses = []
    for inputs, targets in batches:
        model.zero_grad()
        with torch.autocast(next(model.parameters()).device.type, dtype=dtype):
            loss = nn.functional.mse_loss(model(inputs), targets)
        losses.append(loss.item())
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        scaler.step(optimizer)
        scaler.update()
    return losses, scaler.get_scale()


def keeps_the_losses_on_the_device(
    model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0
):
    """One copy at the end in place of one wait for each batch; the scaler's own look at
    the gradients still waits. The clip is written out, to see what it compares."""
    weights = list(model.parameters())
    kind = weights[0].device.type
    scaler = torch.amp.GradScaler(kind, init_scale=init_scale)

    def step(inputs, targets):
        optimizer.zero_grad(set_to_none=False)
        with torch.autocast(kind, dtype=dtype):
            outputs = model(inputs)
        loss = (outputs.to(targets.dtype) - targets).pow(2).mean()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        gradients = [w.grad for w in weights if w.grad is not None]
        norm = torch.stack([g.norm() for g in gradients]).norm()
        for gradient in gradients:
            gradient.mul_((max_norm / (norm + 1e-6)).clamp(max=1.0))
        scaler.step(optimizer)
        scaler.update()
        return loss.detach()

    losses = torch.stack([step(*batch) for batch in batches]).tolist()
    return losses, scaler.get_scale()
