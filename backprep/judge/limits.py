"""What an answer's process may take, and what it may not wait for."""

from __future__ import annotations

import contextlib
import pdb
import sys
from pathlib import Path

MEMORY = 4 * 2**30
"""Bytes that an answer may take beyond what its process held before it."""


def skip_breakpoints() -> None:
    """Go on at `breakpoint()` and `pdb.set_trace()`, and say so: nobody is there."""
    sys.breakpointhook = _Skipped("breakpoint()")
    pdb.set_trace = _Skipped("pdb.set_trace()")


class _Skipped:
    """Stands for a function that would wait for keys."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *args: object, **kwargs: object) -> None:
        caller = sys._getframe(1)
        where = f"{Path(caller.f_code.co_filename).name}:{caller.f_lineno}"
        print(f"{self.name} at {where} is skipped here; pytest --answers stops at it.")


def limit_memory() -> None:
    """Let this process take 4 GiB more than it has (on Linux)."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
