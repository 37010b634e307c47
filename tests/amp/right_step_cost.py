"""Other right answers to amp/step_cost."""

import statistics
import time
from itertools import pairwise
from types import SimpleNamespace

import torch


def reads_the_clock_once_a_step(
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
    """A list of readings, and the times are what lies between them: no pair of readings
    can be mismatched. But the bookkeeping between two steps is timed as well."""
    if warmup < 0 or repeats < 1:
        raise ValueError("warmup must be at least 0 and repeats at least 1")
    inputs, targets = batch
    half = dtype == torch.float16
    scaler = torch.amp.GradScaler(inputs.device.type, enabled=half)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(inputs.device.type, dtype, enabled=dtype is not None):
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()

    readings = []
    for done in range(warmup + repeats + 1):
        if done >= warmup:
            if backend is not None:
                backend.synchronize()
            if backend is not None and done == warmup:
                backend.reset_peak_memory_stats()
            readings.append(clock())
        if done < warmup + repeats:
            step()
    optimizer.zero_grad(set_to_none=True)
    seconds = statistics.median(after - before for before, after in pairwise(readings))
    return seconds, backend.max_memory_allocated() if backend is not None else None


_HOST = SimpleNamespace(
    synchronize=lambda: None,
    reset_peak_memory_stats=lambda: None,
    max_memory_allocated=lambda: None,
)


def clears_up_after_each_step(
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
    """A backend that does nothing spares every question whether there is one, and the
    peak of each step can be looked at alone. One loop needs a `del` for its names."""
    if not (warmup >= 0 < repeats):
        raise ValueError(f"warmup is {warmup} and repeats {repeats}")
    backend = _HOST if backend is None else backend
    (inputs, targets), times, peaks = batch, [], []
    kind, scaled = inputs.device.type, dtype is torch.float16
    scaler = torch.amp.GradScaler(kind) if scaled else None
    optimizer.zero_grad()
    for _ in range(warmup + repeats):
        backend.synchronize()
        backend.reset_peak_memory_stats()
        begun = clock()
        with torch.autocast(kind, dtype=dtype, enabled=dtype is not None):
            outputs = model(inputs)
            loss = loss_fn(outputs, targets)
        if scaled:
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
        else:
            loss.backward()
            optimizer.step()
        optimizer.zero_grad()
        backend.synchronize()
        times.append(clock() - begun)
        peaks.append(backend.max_memory_allocated())
        del outputs, loss
    times, middle = sorted(times[warmup:]), repeats // 2
    seconds = (times[middle] + times[-1 - middle]) / 2
    return seconds, None if backend is _HOST else max(peaks[warmup:])


class _Training:
    """Steps on one batch."""

    def __init__(self, model, batch, loss_fn, optimizer, dtype):
        self.model, self.batch, self.loss_fn = model, batch, loss_fn
        self.optimizer, self.kind = optimizer, batch[0].device.type
        half = dtype == torch.float16
        self.scaler = torch.amp.GradScaler(self.kind, enabled=half)
        self.cast = {"dtype": dtype, "enabled": dtype is not None}

    def loss(self):
        with torch.autocast(self.kind, **self.cast):
            return self.loss_fn(self.model(self.batch[0]), self.batch[1])

    def step(self):
        self.model.zero_grad()
        self.scaler.scale(self.loss()).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()


def separates_training_from_measuring(
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
    """What is measured knows no clock, and what measures knows no autocast, so either
    can be used without the other. For one function it is a class too many."""
    if warmup < 0:
        raise ValueError(f"there are no {warmup} steps")
    if repeats < 1:
        raise ValueError(f"{repeats} steps have no median")
    training = _Training(model, batch, loss_fn, optimizer, dtype)

    def timed():
        begun = clock()
        training.step()
        if backend is not None:
            backend.synchronize()
        return clock() - begun

    for _ in range(warmup):
        timed()
    if backend is not None:
        backend.synchronize()
        backend.reset_peak_memory_stats()
    seconds = statistics.median([timed() for _ in range(repeats)])
    model.zero_grad()
    return seconds, None if backend is None else backend.max_memory_allocated()
