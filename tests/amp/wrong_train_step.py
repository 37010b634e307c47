"""Near misses of amp/train_step."""

import torch
from torch import nn

from backprep.testing import fails


@fails(
    "test_steps_with_the_true_gradients",
    "test_clips_the_true_gradients_to_the_norm",
    "test_each_step_uses_its_own_gradients_alone",
)
def clips_the_scaled_gradients(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """The limit is too small by the scale: with SGD the model hardly moves."""
    inputs, targets = batch
    trained = [p for group in optimizer.param_groups for p in group["params"]]
    device = next(model.parameters()).device
    optimizer.zero_grad()
    with torch.autocast(device.type, dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    scaler.scale(loss).backward()
    nn.utils.clip_grad_norm_(
        trained, max_norm, error_if_nonfinite=not scaler.is_enabled()
    )
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


@fails(
    "test_steps_with_the_true_gradients",
    "test_returns_the_loss_before_the_step",
    "test_runs_the_model_and_the_loss_under_autocast",
    "test_clips_the_true_gradients_to_the_norm",
    "test_each_step_uses_its_own_gradients_alone",
)
def writes_cuda_for_the_device(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """Anywhere but on a GPU all of it runs in float32, with no more than a warning."""
    inputs, targets = batch
    trained = [p for group in optimizer.param_groups for p in group["params"]]
    optimizer.zero_grad()
    with torch.autocast("cuda", dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(
        trained, max_norm, error_if_nonfinite=not scaler.is_enabled()
    )
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


@fails("test_runs_backward_outside_autocast")
def goes_backward_under_autocast(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """Parts of the backward pass can get a dtype that their forward did not choose."""
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
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


@fails(
    "test_skips_a_step_that_is_not_finite",
    "test_moves_the_scale_once_a_step",
    "test_each_step_uses_its_own_gradients_alone",
)
def raises_where_the_scaler_skips(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """A float16 run stops at the first overflow, which only tells the scaler that its
    scale is too large."""
    inputs, targets = batch
    trained = [p for group in optimizer.param_groups for p in group["params"]]
    device = next(model.parameters()).device
    optimizer.zero_grad()
    with torch.autocast(device.type, dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(trained, max_norm, error_if_nonfinite=True)
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


@fails(
    "test_skips_a_step_that_is_not_finite",
    "test_moves_the_scale_once_a_step",
    "test_each_step_uses_its_own_gradients_alone",
)
def steps_past_the_scaler(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """One overflow writes NaN into the weights, and training never recovers."""
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
    optimizer.step()
    scaler.update()
    return loss.item()


@fails(
    "test_skips_a_step_that_is_not_finite",
    "test_moves_the_scale_once_a_step",
    "test_each_step_uses_its_own_gradients_alone",
    "test_keeps_gradients_too_small_for_half_precision",
)
def leaves_the_scaler_out(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """In float16 small gradients are zero, and infinite ones reach the weights."""
    inputs, targets = batch
    trained = [p for group in optimizer.param_groups for p in group["params"]]
    device = next(model.parameters()).device
    optimizer.zero_grad()
    with torch.autocast(device.type, dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    loss.backward()
    nn.utils.clip_grad_norm_(
        trained, max_norm, error_if_nonfinite=not scaler.is_enabled()
    )
    optimizer.step()
    return loss.item()


@fails(
    "test_moves_the_scale_once_a_step", "test_each_step_uses_its_own_gradients_alone"
)
def never_clears_the_gradients(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """Old gradients add up; behind a large scale they are too small to notice."""
    inputs, targets = batch
    trained = [p for group in optimizer.param_groups for p in group["params"]]
    device = next(model.parameters()).device
    with torch.autocast(device.type, dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(
        trained, max_norm, error_if_nonfinite=not scaler.is_enabled()
    )
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


@fails("test_each_step_uses_its_own_gradients_alone")
def clears_the_gradients_afterwards_only(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """The first step uses what the caller's own backward pass left in `.grad`."""
    inputs, targets = batch
    trained = [p for group in optimizer.param_groups for p in group["params"]]
    device = next(model.parameters()).device
    with torch.autocast(device.type, dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(
        trained, max_norm, error_if_nonfinite=not scaler.is_enabled()
    )
    scaler.step(optimizer)
    scaler.update()
    optimizer.zero_grad()
    return loss.item()


@fails("test_returns_the_loss_before_the_step")
def returns_the_scaled_loss(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """The reported loss is a thousand times too large and jumps with the scale."""
    inputs, targets = batch
    trained = [p for group in optimizer.param_groups for p in group["params"]]
    device = next(model.parameters()).device
    optimizer.zero_grad()
    with torch.autocast(device.type, dtype=dtype):
        loss = scaler.scale(loss_fn(model(inputs), targets))
    loss.backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(
        trained, max_norm, error_if_nonfinite=not scaler.is_enabled()
    )
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


@fails("test_leaves_modes_dtypes_and_the_batch_alone")
def puts_all_of_it_in_train_mode(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """Frozen parts thaw: their dropout is on and their statistics drift."""
    model.train()
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
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


@fails("test_runs_the_model_and_the_loss_under_autocast")
def asks_for_the_cpu_alone(
    model, batch, loss_fn, optimizer, scaler, *, dtype, max_norm=1.0
):
    """Right on a CPU; for a model on a GPU nothing is cast, and nothing is faster."""
    inputs, targets = batch
    trained = [p for group in optimizer.param_groups for p in group["params"]]
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(
        trained, max_norm, error_if_nonfinite=not scaler.is_enabled()
    )
    scaler.step(optimizer)
    scaler.update()
    return loss.item()
