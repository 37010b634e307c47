"""Near misses of amp/loop_that_goes_nan."""

import torch
from torch import nn

from backprep.testing import fails


@fails(
    "test_takes_the_loss_in_float32",
    "test_clips_the_true_gradients",
    "test_runs_backward_outside_autocast",
    "test_the_scale_follows_from_batch_to_batch",
)
def mends_nothing(model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0):
    """Infinite losses, steps of no length, and a scale that never learns."""
    device = next(model.parameters()).device.type
    losses = []
    for inputs, targets in batches:
        scaler = torch.amp.GradScaler(device, init_scale=init_scale)
        optimizer.zero_grad()
        with torch.autocast(device, dtype=dtype):
            outputs = model(inputs)
            loss = (outputs - targets.to(outputs.dtype)).square().mean()
            scaler.scale(loss).backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        scaler.unscale_(optimizer)
        scaler.step(optimizer)
        scaler.update()
        losses.append(loss.item())
    return losses, scaler.get_scale()


@fails("test_takes_the_loss_in_float32")
def takes_the_loss_in_half_precision(
    model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0
):
    """An error of 256 squared is infinite, whatever the scale is."""
    device = next(model.parameters()).device.type
    scaler = torch.amp.GradScaler(device, init_scale=init_scale)
    losses = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        with torch.autocast(device, dtype=dtype):
            outputs = model(inputs)
            loss = (outputs - targets.to(outputs.dtype)).square().mean()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        scaler.step(optimizer)
        scaler.update()
        losses.append(loss.item())
    return losses, scaler.get_scale()


@fails("test_runs_backward_outside_autocast")
def goes_backward_under_autocast(
    model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0
):
    """Operations of custom backward code run in a dtype that nobody chose."""
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


@fails("test_clips_the_true_gradients")
def clips_the_scaled_gradients(
    model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0
):
    """Nearly every step is clipped, and then made 65536 times shorter."""
    device = next(model.parameters()).device.type
    scaler = torch.amp.GradScaler(device, init_scale=init_scale)
    losses = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        with torch.autocast(device, dtype=dtype):
            outputs = model(inputs)
        loss = (outputs.float() - targets).square().mean()
        scaler.scale(loss).backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        scaler.unscale_(optimizer)
        scaler.step(optimizer)
        scaler.update()
        losses.append(loss.item())
    return losses, scaler.get_scale()


@fails("test_the_scale_follows_from_batch_to_batch")
def makes_a_scaler_for_each_batch(
    model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0
):
    """After an overflow the next batch starts at the same scale and is skipped too."""
    device = next(model.parameters()).device.type
    losses = []
    for inputs, targets in batches:
        scaler = torch.amp.GradScaler(device, init_scale=init_scale)
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


@fails("test_the_scale_follows_from_batch_to_batch")
def leaves_the_overflow_to_the_clip(
    model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0
):
    """One infinite gradient makes all weights NaN."""
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
        optimizer.step()
        scaler.update()
        losses.append(loss.item())
    return losses, scaler.get_scale()


@fails("test_returns_plain_numbers")
def returns_the_scaled_losses(
    model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0
):
    """The losses jump whenever the scale moves."""
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
        losses.append(scaler.scale(loss).item())
    return losses, scaler.get_scale()


@fails("test_returns_plain_numbers")
def keeps_the_losses_as_tensors(
    model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0
):
    """The graph's nodes of each step stay alive."""
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
        losses.append(loss)
    return losses, scaler.get_scale()


@fails("test_asks_autocast_for_the_models_device")
def writes_cpu_for_the_device(
    model, batches, optimizer, *, dtype, max_norm, init_scale=65536.0
):
    """On a GPU nothing is cast, and nothing is faster."""
    device = next(model.parameters()).device.type
    scaler = torch.amp.GradScaler(device, init_scale=init_scale)
    losses = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=dtype):
            outputs = model(inputs)
        loss = (outputs.float() - targets).square().mean()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        scaler.step(optimizer)
        scaler.update()
        losses.append(loss.item())
    return losses, scaler.get_scale()
