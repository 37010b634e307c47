"""Files that arrive whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def in_place_of(path: Path) -> Iterator[Path]:
    """A file beside `path`, to be written: it takes the place of `path` when the
    block ends, and is gone when the block raises an error."""
    with beside(path) as temporary:
        yield temporary
        temporary.replace(path)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """The name of a file in the same folder, which is gone after the block."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
