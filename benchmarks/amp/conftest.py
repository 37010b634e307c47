"""What each benchmark of mixed precision is made for."""

import pytest
import torch

from backprep.bench.cases import CASES
from backprep.bench.measure import unsupported
from backprep.bench.modes import DEVICES, MODES, missing_device, unused_mode


@pytest.fixture(params=DEVICES)
def device(request):
    if reason := missing_device(request.param):
        pytest.skip(reason)
    return torch.device(request.param)


@pytest.fixture(
    params=CASES, ids=lambda case: case.name.replace(", batch", "").replace(" ", "-")
)
def case(request):
    return request.param


@pytest.fixture(params=MODES, ids=lambda mode: mode.name)
def mode(request, device, case):
    reason = unused_mode(request.param, device.type)
    if reason := reason or unsupported(case, request.param, device):
        pytest.skip(reason)
    return request.param
