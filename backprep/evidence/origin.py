"""Where a record comes from: with which versions, on which machine, on which day."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Origin:
    """What every record says of its own making, besides what it holds."""

    versions: dict[str, str]
    machine: str
    recorded: str
    """The day, as in 2026-11-25."""

    @classmethod
    def here(cls, **versions: str) -> Origin:
        """This Python and torch, other `versions`, this machine and this day."""
        from backprep.bench import machine  # imports torch

        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        return cls({**machine.versions(), **versions}, machine.cpu(), today)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Origin:
        """That of a record as it was read. Raises KeyError and TypeError."""
        return cls(dict(record["versions"]), record["machine"], record["recorded"])

    def __str__(self) -> str:
        versions = ", ".join(
            f"{name} {number}" for name, number in self.versions.items()
        )
        return f"With {versions} on {self.machine}, {self.recorded}"


def write_record(file: Path, record: Mapping[str, Any], origin: Origin) -> None:
    """Write what was recorded as JSON, and where it comes from."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**record, **asdict(origin)}, indent=2, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")
