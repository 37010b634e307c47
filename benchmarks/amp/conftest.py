"""What each benchmark of mixed precision is made for."""

import pytest
import torch

from backprep.bench.cases import CASES, Case
from backprep.bench.measure import unsupported
from backprep.bench.modes import DEVICES, MODES, Mode, missing_device, unused_mode


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> torch.device:
    if reason := missing_device(request.param):
        pytest.skip(reason)
    return torch.device(request.param)


@pytest.fixture(
    params=CASES, ids=lambda case: case.name.replace(", batch", "").replace(" ", "-")
)
def case(request: pytest.FixtureRequest) -> Case:
    chosen: Case = request.param
    return chosen


@pytest.fixture(params=MODES, ids=lambda mode: mode.name)
def mode(request: pytest.FixtureRequest, device: torch.device, case: Case) -> Mode:
    reason = unused_mode(request.param, device.type)
    if reason := reason or unsupported(case, request.param, device):
        pytest.skip(reason)
    chosen: Mode = request.param
    return chosen
