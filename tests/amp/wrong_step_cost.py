"""Near misses of amp/step_cost."""

import statistics
import time
from contextlib import nullcontext

import torch

from backprep.testing import fails


def _parts(model, batch, loss_fn, optimizer, dtype, backend, counts=(0, 1)):
    """An ordinary step, and how to wait for it."""
    if counts[0] < 0 or counts[1] < 1:
        raise ValueError(f"cannot measure {counts[1]} steps after {counts[0]}")
    (inputs, targets), kind = batch, batch[0].device.type
    scaler = torch.amp.GradScaler(kind, enabled=dtype == torch.float16)

    def step():
        optimizer.zero_grad()
        with torch.autocast(kind, dtype=dtype, enabled=dtype is not None):
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()

    return step, backend.synchronize if backend else lambda: None


def _measured(step, wait, optimizer, backend, clock, warmup, repeats):
    """The times of the steps after the warm-up, and their peak."""
    for _ in range(warmup):
        step()
    wait()
    if backend:
        backend.reset_peak_memory_stats()
    times = []
    for _ in range(repeats):
        begun = clock()
        step()
        wait()
        times.append(clock() - begun)
    optimizer.zero_grad()
    return times, backend.max_memory_allocated() if backend else None


@fails("test_takes_the_median_of_single_steps")
def averages_the_times(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """One step during which the machine did something else is in the result, and two
    measurements of the same thing differ."""
    counts = warmup, repeats
    step, wait = _parts(model, batch, loss_fn, optimizer, dtype, backend, counts)
    times, peak = _measured(step, wait, optimizer, backend, clock, *counts)
    return sum(times) / len(times), peak


@fails(
    "test_takes_the_median_of_single_steps",
    "test_times_the_work_of_the_device",
    "test_runs_the_warm_up_and_does_not_count_it",
)
def reads_the_clock_while_the_device_works(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """It times how fast the host can queue work, so all dtypes look alike."""
    counts = warmup, repeats
    step, _ = _parts(model, batch, loss_fn, optimizer, dtype, backend, counts)
    times, peak = _measured(step, lambda: None, optimizer, backend, clock, *counts)
    return statistics.median(times), peak


@fails("test_times_the_work_of_the_device")
def lets_the_warm_up_run_into_the_first_step(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """The first time includes whatever was queued before it; a median of many hides
    that, and a measurement of one is wrong."""
    counts = warmup, repeats
    step, wait = _parts(model, batch, loss_fn, optimizer, dtype, backend, counts)
    for _ in range(warmup):
        step()
    times, peak = _measured(
        lambda: (step(), wait()),
        lambda: None,
        optimizer,
        backend,
        clock,
        0,
        repeats,
    )
    return statistics.median(times), peak


@fails(
    "test_takes_the_median_of_single_steps",
    "test_times_the_work_of_the_device",
    "test_runs_the_warm_up_and_does_not_count_it",
)
def waits_between_forward_and_backward(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """The device has nothing to do while the host prepares the backward pass: training
    itself is faster than what was measured. A `loss.item()` does the same."""

    def waiting(outputs, targets):
        loss = loss_fn(outputs, targets)
        wait()
        return loss

    counts = warmup, repeats
    step, wait = _parts(model, batch, waiting, optimizer, dtype, backend, counts)
    times, peak = _measured(step, wait, optimizer, backend, clock, *counts)
    return statistics.median(times), peak


@fails(
    "test_times_the_work_of_the_device",
    "test_runs_the_warm_up_and_does_not_count_it",
    "test_takes_the_peak_of_the_measured_steps",
)
def counts_the_warm_up(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """Tuned kernels, compiled code and memory that is asked for once are in the result,
    and the fewer steps are measured, the more of it they are."""
    counts = warmup, repeats
    step, wait = _parts(model, batch, loss_fn, optimizer, dtype, backend, counts)
    times, peak = _measured(step, wait, optimizer, backend, clock, 0, sum(counts))
    return statistics.median(times), peak


@fails("test_takes_the_peak_of_the_measured_steps")
def never_resets_the_peak(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """The peak is that of the process so far: measured after float32, every dtype
    seems to need as much."""
    counts = warmup, repeats
    step, wait = _parts(model, batch, loss_fn, optimizer, dtype, backend, counts)
    for _ in range(warmup):
        step()
    wait()
    times, _ = _measured(step, wait, optimizer, None, clock, 0, repeats)
    return statistics.median(times), backend and backend.max_memory_allocated()


@fails("test_runs_the_rest_outside_autocast")
def goes_backward_under_autocast(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """The documentation advises against it, and what a backward pass of your own
    computes is cast as well: another step than that of training is measured."""
    counts = warmup, repeats
    _, wait = _parts(model, batch, loss_fn, optimizer, dtype, backend, counts)
    (inputs, targets), kind = batch, batch[0].device.type
    scaler = torch.amp.GradScaler(kind, enabled=dtype == torch.float16)

    def step():
        optimizer.zero_grad()
        with torch.autocast(kind, dtype=dtype, enabled=dtype is not None):
            scaler.scale(loss_fn(model(inputs), targets)).backward()
        scaler.step(optimizer)
        scaler.update()

    times, peak = _measured(step, wait, optimizer, backend, clock, *counts)
    return statistics.median(times), peak


@fails("test_runs_the_model_and_the_loss_in_the_dtype")
def enters_autocast_only_with_a_dtype(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """Called by somebody who is under autocast, it compares mixed precision with
    itself."""
    counts = warmup, repeats
    _, wait = _parts(model, batch, loss_fn, optimizer, dtype, backend, counts)
    (inputs, targets), kind = batch, batch[0].device.type
    scaler = torch.amp.GradScaler(kind, enabled=dtype == torch.float16)

    def step():
        optimizer.zero_grad()
        with torch.autocast(kind, dtype=dtype) if dtype else nullcontext():
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()

    times, peak = _measured(step, wait, optimizer, backend, clock, *counts)
    return statistics.median(times), peak


@fails("test_leaves_nothing_of_a_step_in_memory")
def keeps_the_outputs_until_the_next_ones(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """The name holds the outputs while the next ones are computed. Logits over a
    vocabulary are often the largest tensor of a step, and the peak has two of them."""
    _, wait = _parts(
        model, batch, loss_fn, optimizer, dtype, backend, (warmup, repeats)
    )
    (inputs, targets), kind, times = batch, batch[0].device.type, []
    scaler = torch.amp.GradScaler(kind, enabled=dtype == torch.float16)
    for number in range(warmup + repeats):
        if number in (0, warmup):
            wait()
            if backend:
                backend.reset_peak_memory_stats()
        begun = clock()
        optimizer.zero_grad()
        with torch.autocast(kind, dtype=dtype, enabled=dtype is not None):
            outputs = model(inputs)
            loss = loss_fn(outputs, targets)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        wait()
        times.append(clock() - begun)
    optimizer.zero_grad()
    peak = backend.max_memory_allocated() if backend else None
    return statistics.median(times[warmup:]), peak


@fails("test_trains_as_any_loop_does", "test_leaves_nothing_of_a_step_in_memory")
def clears_no_gradients(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """Every step adds to the gradients of all those before, which takes memory during
    the forward pass and time during the backward pass, and trains nothing."""
    counts = warmup, repeats
    _, wait = _parts(model, batch, loss_fn, optimizer, dtype, backend, counts)
    (inputs, targets), kind = batch, batch[0].device.type
    scaler = torch.amp.GradScaler(kind, enabled=dtype == torch.float16)

    def step():
        with torch.autocast(kind, dtype=dtype, enabled=dtype is not None):
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()

    times, peak = _measured(step, wait, optimizer, backend, clock, *counts)
    return statistics.median(times), peak


@fails("test_scales_the_loss_for_float16_alone")
def leaves_out_the_scaler(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """The float16 that is measured cannot train: small gradients are zero. What the
    scaler costs, a look at every gradient and a wait for the answer, is missing."""
    counts = warmup, repeats
    _, wait = _parts(model, batch, loss_fn, optimizer, dtype, backend, counts)
    (inputs, targets), kind = batch, batch[0].device.type

    def step():
        optimizer.zero_grad()
        with torch.autocast(kind, dtype=dtype, enabled=dtype is not None):
            loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()

    times, peak = _measured(step, wait, optimizer, backend, clock, *counts)
    return statistics.median(times), peak


@fails("test_refuses_to_measure_no_step")
def leaves_it_to_the_median_to_refuse(
    model,
    batch,
    loss_fn,
    optimizer,
    *,
    dtype=None,
    backend=None,
    clock=time.perf_counter,
    warmup=3,
    repeats=10,
):
    """The error comes after the warm-up has trained the model, and a negative warm-up
    raises none."""
    step, wait = _parts(model, batch, loss_fn, optimizer, dtype, backend)
    counts = warmup, repeats
    times, peak = _measured(step, wait, optimizer, backend, clock, *counts)
    return statistics.median(times), peak
