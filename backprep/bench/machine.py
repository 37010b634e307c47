"""What a measurement was made on."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import torch


def machine(device: torch.device) -> dict[str, Any]:
    """The device's name and what else decides its speed; nothing that names a host."""
    return {
        "device": device.type,
        "name": _name(device),
        "driver": _driver(device),
        "torch": torch.__version__,
        "cpu_capability": _capability(),
        "threads": torch.get_num_threads(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def versions() -> dict[str, str]:
    """Of Python and torch, as every record names them."""
    return {"python": platform.python_version(), "torch": version("torch")}


def cpu() -> str:
    """The processor and how many cores of it there are."""
    return f"{_processor()}, {os.cpu_count()} cores"


def _name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{_processor()} GPU" if device.type == "mps" else cpu()


def _processor() -> str:
    known = _first_line("sysctl", "-n", "machdep.cpu.brand_string")
    known = known or _capabilities().get("cpu_name", "")
    return str(known or platform.processor() or platform.machine())


def _driver(device: torch.device) -> str | None:
    if device.type != "cuda":
        return None
    query = ("--query-gpu=driver_version", "--format=csv,noheader")
    return f"{_first_line('nvidia-smi', *query)}, CUDA {torch.version.cuda}"


def _capability() -> str:
    """The instructions that torch's kernels use, and whether any are for bfloat16."""
    known = _capabilities()
    half = [name for name in ("avx512_bf16", "amx_bf16", "bf16") if known.get(name)]
    return ", ".join([torch.backends.cpu.get_cpu_capability(), *half])


def _capabilities() -> Mapping[str, Any]:
    # not in torch 2.8
    ask: Callable[[], Mapping[str, Any]] = getattr(torch.cpu, "get_capabilities", dict)
    return ask()


def _first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.partition("\n")[0].strip()
