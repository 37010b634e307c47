"""Warm up, wait, reset; then for each step: read, step, wait, read.

A device works through a queue, so the clock is read only when the queue is empty: once
before the first measured step, and after each. The step is a function, so that nothing
of it outlives it and counts towards the peak of the next.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer


def step_cost(
    model: nn.Module,
    batch: tuple[Tensor, Tensor],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: Optimizer,
    *,
    dtype: torch.dtype | None = None,
    backend: Any = None,
    clock: Callable[[], float] = time.perf_counter,
    warmup: int = 3,
    repeats: int = 10,
) -> tuple[float, int | None]:
    """The median time of a training step, and the most memory in use meanwhile."""
    if warmup < 0 or repeats < 1:
        raise ValueError(f"cannot measure {repeats} steps after {warmup}")
    inputs, targets = batch
    kind = inputs.device.type
    scaler = torch.amp.GradScaler(kind, enabled=dtype == torch.float16)

    def step() -> None:
        optimizer.zero_grad()
        with torch.autocast(kind, dtype=dtype, enabled=dtype is not None):
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()

    def wait() -> None:
        if backend is not None:
            backend.synchronize()

    for _ in range(warmup):
        step()
    wait()
    if backend is not None:
        backend.reset_peak_memory_stats()
    times = []
    for _ in range(repeats):
        begun = clock()
        step()
        wait()
        times.append(clock() - begun)
    optimizer.zero_grad()
    peak = None if backend is None else backend.max_memory_allocated()
    return statistics.median(times), peak
