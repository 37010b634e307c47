"""What holds for every check: the same start, and nothing left changed."""

import random
import sys
from collections.abc import Generator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def same_start_for_every_check() -> None:
    random.seed(0)
    if "torch" not in sys.modules:
        return  # a test of the tool, which need not wait for it
    import numpy
    import torch

    numpy.random.seed(0)
    # torch.manual_seed looks for every accelerator's generator, 4 ms each time
    torch.default_generator.manual_seed(0)
    # the same sums in the same order on every machine
    torch.set_num_threads(1)


def global_state() -> dict[str, Any]:
    """What an answer must leave as it found it."""
    import torch

    return {
        "the default dtype": torch.get_default_dtype(),
        "the default device": torch.get_default_device(),
        "the gradient mode": torch.is_grad_enabled(),
        "inference mode": torch.is_inference_mode_enabled(),
        "autocast on the CPU": torch.is_autocast_enabled("cpu"),
        "anomaly detection": torch.is_anomaly_enabled(),
        "deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
    }


def put_back(state: dict[str, Any]) -> None:
    import torch

    setters = {
        "the default dtype": torch.set_default_dtype,
        "the default device": lambda device: torch.set_default_device(None),
        "the gradient mode": torch.set_grad_enabled,
        "inference mode": lambda on: None,  # ends with the process only
        "autocast on the CPU": lambda on: torch.set_autocast_enabled("cpu", on),
        "anomaly detection": torch.autograd.set_detect_anomaly,
        "deterministic algorithms": torch.use_deterministic_algorithms,
    }
    for name, value in global_state().items():
        if value != state[name]:
            setters[name](state[name])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    if "torch" not in sys.modules:
        return (yield)
    before = global_state()
    try:
        result = yield
        after = global_state()
        for name, value in before.items():
            assert after[name] == value, (
                f"your code left {name} at {after[name]}; it was {value}"
            )
        return result
    finally:
        put_back(before)
