"""Other right answers to amp/train_step."""

import torch
from torch import nn


def compiles_the_forward_pass(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """A compiled forward pass obeys autocast as an eager one does. A training loop
    compiles its model once, before the first step; here every call does, and hooks that
    the model gets later may be left out."""
    inputs, targets = batch
    forward = torch.compile(lambda x: model(x), backend="eager")
    optimizer.zero_grad()
    with torch.autocast(next(model.parameters()).device.type, dtype=dtype):
        loss = loss_fn(forward(inputs), targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


def clips_by_hand(model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0):
    """The norm of the norms is the norm of all, and you can look at it before any
    gradient changes. `clip_grad_norm_` does the same with fewer kernels."""
    inputs, targets = batch
    optimizer.zero_grad()
    with torch.autocast(next(model.parameters()).device.type, dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    held = [p for group in optimizer.param_groups for p in group["params"]]
    gradients = [p.grad for p in held if p.grad is not None]
    norm = torch.stack([gradient.norm() for gradient in gradients]).norm()
    if not (scaler.is_enabled() or norm.isfinite()):
        raise RuntimeError(f"the gradients are not finite: their norm is {norm}")
    factor = (max_norm / (norm + 1e-6)).clamp(max=1.0)
    for gradient in gradients:
        gradient.mul_(factor)
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


def asks_for_the_gradients(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """Whatever `.grad` held is replaced, so there is nothing to clear, and no gradient
    is computed that the optimizer does not hold. It does not work with
    `DistributedDataParallel`, which averages gradients as `backward` accumulates them.
    """
    inputs, targets = batch
    with torch.autocast(next(model.parameters()).device.type, dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    held = [p for group in optimizer.param_groups for p in group["params"]]
    trained = [p for p in held if p.requires_grad]
    scaled = torch.autograd.grad(scaler.scale(loss), trained, allow_unused=True)
    for parameter, gradient in zip(trained, scaled, strict=True):
        parameter.grad = gradient
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(
        trained, max_norm, error_if_nonfinite=not scaler.is_enabled()
    )
    scaler.step(optimizer)
    scaler.update()
    return loss.item()
