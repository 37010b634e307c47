"""How long a training step takes in each precision: `make bench-amp`.

Nothing is asserted: what mixed precision saves is the machine's affair.
"""

from typing import Any

import torch

from backprep.bench.cases import Case
from backprep.bench.machine import machine
from backprep.bench.measure import beside_time, rounds, whole_step
from backprep.bench.modes import Mode
from backprep.bench.training import Training


def test_training_step(
    benchmark: Any, device: torch.device, case: Case, mode: Mode
) -> None:
    training = Training(case, mode, device)
    run = whole_step(training)
    benchmark.group = f"{case.name} on {device}"
    benchmark.pedantic(run, rounds=rounds(run))
    benchmark.extra_info.update(
        beside_time(training, case, mode, device), machine=machine(device)
    )
