"""Settings of torch that hold for a whole process, and that code may leave changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any


def torch_settings() -> Mapping[str, Any]:
    """What an answer must leave as it found it, by its name."""
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


def changed_settings(before: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The name of each setting that differs now, its value, and what it was."""
    for name, value in torch_settings().items():
        if value != before[name]:
            yield name, value, before[name]


def restore_settings(before: Mapping[str, Any]) -> None:
    """Put the settings back; inference mode ends with the process only."""
    import torch

    setters: dict[str, Callable[[Any], object]] = {
        "the default dtype": torch.set_default_dtype,
        "the default device": lambda device: torch.set_default_device(None),
        "the gradient mode": torch.set_grad_enabled,
        "autocast on the CPU": lambda on: torch.set_autocast_enabled("cpu", on),
        "anomaly detection": torch.autograd.set_detect_anomaly,
        "deterministic algorithms": torch.use_deterministic_algorithms,
    }
    for name, _, was in changed_settings(before):
        if name in setters:
            setters[name](was)


@contextmanager
def surroundings_kept() -> Iterator[None]:
    """What a module may set for itself as it is imported is as before, after the block:
    the number of threads, the filters of warnings, the state of random numbers."""
    import random
    import warnings

    import numpy
    import torch

    threads = torch.get_num_threads()
    drawn = random.getstate(), numpy.random.get_state(), torch.get_rng_state()
    with warnings.catch_warnings():
        try:
            yield
        finally:
            torch.set_num_threads(threads)
            random.setstate(drawn[0])
            numpy.random.set_state(drawn[1])
            torch.set_rng_state(drawn[2])
