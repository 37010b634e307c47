"""What was measured on one machine, as a small JSON file. Knows no torch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

STEADY = 0.25
"""How wide the middle half of the times may be, as a share of their median."""
STATISTICS = ("min", "max", "median", "iqr", "rounds")


@dataclass(frozen=True)
class Result:
    """One case in one precision."""

    model: str
    batch_size: int
    mode: str
    seconds: dict[str, float]
    """Of a training step: min, max, median, iqr, and the rounds they are from."""
    bytes_kept_by_autograd: dict[str, int]
    """For the backward pass, by dtype, without parameters and the batch."""
    bytes_of_parameters_gradients_and_optimizer: int
    cuda_max_memory_allocated: int | None
    """The peak of a step, all included; None without CUDA."""
    gradient_relative_l2: float
    gradient_cosine: float
    loss_after_30_steps: float
    fp32_loss_after_30_steps: float
    fp32_spread_over_seeds: float

    @property
    def case(self) -> str:
        return f"{self.model}, batch {self.batch_size:,}"

    @property
    def steady(self) -> bool:
        """Whether the machine was quiet enough for the median to mean something."""
        return self.seconds["iqr"] <= STEADY * self.seconds["median"]

    @property
    def kept(self) -> int:
        return sum(self.bytes_kept_by_autograd.values())

    @property
    def whole(self) -> int:
        """What training takes: CUDA's peak, or else the two sums of bytes."""
        held = self.bytes_of_parameters_gradients_and_optimizer
        return self.cuda_max_memory_allocated or self.kept + held


@dataclass(frozen=True)
class Pair:
    """A result in mixed precision beside the one in fp32."""

    mixed: Result
    fp32: Result

    @property
    def name(self) -> str:
        return f"{self.mixed.case}, {self.mixed.mode}"

    @property
    def steady(self) -> bool:
        return self.mixed.steady and self.fp32.steady

    @property
    def time_ratio(self) -> float:
        return self.mixed.seconds["median"] / self.fp32.seconds["median"]

    @property
    def speed_up(self) -> float:
        return 1 / self.time_ratio

    @property
    def kept_ratio(self) -> float:
        return self.mixed.kept / self.fp32.kept

    @property
    def whole_ratio(self) -> float:
        return self.mixed.whole / self.fp32.whole

    @property
    def loss_shift(self) -> float:
        """How far the loss after thirty steps is from fp32's."""
        return abs(self.mixed.loss_after_30_steps - self.mixed.fp32_loss_after_30_steps)

    @property
    def loss_within_spread(self) -> bool:
        return self.loss_shift <= self.mixed.fp32_spread_over_seeds


@dataclass(frozen=True)
class Record:
    """All results of one device."""

    machine: dict[str, Any]
    results: tuple[Result, ...]

    @property
    def name(self) -> str:
        """Of its files, after the device: `amd-epyc-2-cores`."""
        return re.sub(r"[^a-z0-9]+", "-", self.machine["name"].lower()).strip("-")

    @property
    def pairs(self) -> list[Pair]:
        fp32 = {r.case: r for r in self.results if r.mode == "fp32"}
        return [Pair(r, fp32[r.case]) for r in self.results if r.mode != "fp32"]

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        return path


def read(path: Path) -> Record:
    """The results of one device from its file. Raises OSError and ValueError."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Record(data["machine"], tuple(Result(**r) for r in data["results"]))


def read_all(folder: Path) -> list[Record]:
    """The CPUs first, then the others, by name."""
    records = [read(path) for path in sorted(folder.glob("*.json"))]
    return sorted(records, key=lambda r: (r.machine["device"] != "cpu", r.name))


def of_pytest_benchmark(report: dict[str, Any]) -> Iterator[Record]:
    """The records in a `--benchmark-json`, one a device.

    The times of single rounds are left out, and so is what names the host.
    """
    machines: dict[str, dict[str, Any]] = {}
    results: dict[str, list[Result]] = {}
    for benchmark in report["benchmarks"]:
        info = dict(benchmark["extra_info"])
        machine = info.pop("machine")
        seconds = {name: benchmark["stats"][name] for name in STATISTICS}
        machines[machine["name"]] = machine
        results.setdefault(machine["name"], []).append(Result(seconds=seconds, **info))
    for name, machine in machines.items():
        yield Record(machine, tuple(results[name]))
