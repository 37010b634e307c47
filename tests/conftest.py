"""What holds for every check: the same start, and nothing left changed."""

import random
import sys
from collections.abc import Generator
from typing import Any

import pytest

from backprep.torch_settings import changed_settings, restore_settings, torch_settings


def pytest_configure(config: pytest.Config) -> None:
    # the checks of a question run where nobody installed pytest-xdist, too
    config.addinivalue_line("markers", "xdist_group(name): stay in one process")


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


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    if "torch" not in sys.modules:
        return (yield)
    before = torch_settings()
    try:
        result = yield
        for name, value, was in changed_settings(before):
            raise AssertionError(f"your code left {name} at {value}; it was {was}")
        return result
    finally:
        restore_settings(before)
