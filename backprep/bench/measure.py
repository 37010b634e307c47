"""Everything about one case in one precision."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from backprep.bench import accuracy, memory
from backprep.bench.cases import CASES, Case
from backprep.bench.modes import MODES, Mode, unused_mode
from backprep.bench.record import Result
from backprep.bench.training import Training, wait_for

WARM_UP = 3
FEWEST, MOST, SECONDS = 10, 200, 2.0


def plan(device: torch.device) -> list[tuple[Case, Mode]]:
    """All that is measured on the device, in order."""
    modes = [mode for mode in MODES if not unused_mode(mode, device.type)]
    return [
        (case, mode)
        for case in CASES
        for mode in modes
        if not unsupported(case, mode, device)
    ]


def unsupported(case: Case, mode: Mode, device: torch.device) -> str:
    """Why the model does not run in this precision here; empty where it does.

    oneDNN has no LSTM in bfloat16 for a CPU that knows AVX2 and not AVX-512.
    """
    model, (inputs, _) = case.make(device)
    try:
        with torch.no_grad(), mode.autocast(device):
            model(inputs)
    except RuntimeError as error:
        said = str(error).partition(". ")[0]
        return f"{case.model} does not run in {mode.name} on this {device.type}: {said}"
    return ""


def measure(case: Case, mode: Mode, device: torch.device) -> Result:
    """The time of a step, and what does not depend on it."""
    training = Training(case, mode, device)
    run = whole_step(training)
    times = [_timed(run) for _ in range(rounds(run))]
    first, median, third = statistics.quantiles(times, n=4)
    seconds = {
        "min": min(times),
        "max": max(times),
        "median": median,
        "iqr": third - first,
        "rounds": len(times),
    }
    return Result(seconds=seconds, **beside_time(training, case, mode, device))


def whole_step(training: Training) -> Callable[[], None]:
    """A step that ends when the device has done it."""
    device = training.batch[0].device

    def run() -> None:
        training.step()
        wait_for(device)

    return run


def rounds(run: Callable[[], None]) -> int:
    """Warm up, and say how often to repeat it then."""
    took = min(_timed(run) for _ in range(WARM_UP))
    return max(FEWEST, min(MOST, int(SECONDS / took)))


def beside_time(
    training: Training, case: Case, mode: Mode, device: torch.device
) -> dict[str, Any]:
    """What a Result holds besides its time, of a training that made some steps."""
    return {
        "model": case.model,
        "batch_size": case.batch_size,
        "mode": mode.name,
        "bytes_kept_by_autograd": memory.kept_by_autograd(training),
        "bytes_of_parameters_gradients_and_optimizer": memory.held_anyway(training),
        "cuda_max_memory_allocated": memory.cuda_max_memory_allocated(training),
        **accuracy.gradient_error(case, mode, device),
        **accuracy.loss_shift(case, mode, device),
    }


def _timed(run: Callable[[], None]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
