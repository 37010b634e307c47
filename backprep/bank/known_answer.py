"""An answer that the bank brings along, as a near miss or as another right one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class KnownAnswer:
    """An answer whose verdict is known, and the file that defines it."""

    name: str
    path: Path

    @property
    def title(self) -> str:
        return self.name.replace("_", " ")
