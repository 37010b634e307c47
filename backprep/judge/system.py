"""What this system offers to the judge, and what it therefore cannot do."""

from __future__ import annotations

import importlib.util
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class System:
    """What the judge uses where it is there."""

    fork: bool
    """`os.fork`."""
    unix_sockets: bool
    file_locks: bool
    """`fcntl.flock`."""
    process_groups: bool
    """`os.killpg`."""
    proc: bool
    """`/proc`, where each process can be seen with its parent."""
    resource_limits: bool
    """`resource.setrlimit`."""

    @classmethod
    def found(cls) -> System:
        """What is there."""
        return cls(
            fork=hasattr(os, "fork"),
            unix_sockets=hasattr(socket, "AF_UNIX"),
            file_locks=importlib.util.find_spec("fcntl") is not None,
            process_groups=hasattr(os, "killpg"),
            proc=Path("/proc/self/stat").exists(),
            resource_limits=importlib.util.find_spec("resource") is not None,
        )

    @property
    def forks(self) -> bool:
        """Whether a warm process can listen here, and fork for each verdict."""
        return self.fork and self.unix_sockets and self.file_locks

    @property
    def forks_safely(self) -> bool:
        """Whether it also finds what an answer leaves behind.

        Of systems without /proc, macOS has libraries that do not survive a fork.
        """
        return self.forks and self.proc

    @property
    def limits_memory(self) -> bool:
        """Whether an answer that takes too much memory is stopped."""
        return self.resource_limits and self.proc

    def lacks(self, fresh: bool) -> Iterator[str]:
        """What a verdict cannot do here, a sentence each; `fresh` is its way."""
        if not self.limits_memory:
            yield "memory is not limited here: an answer may take all there is"
        if not self.process_groups:
            yield "processes that an answer starts may run on here after its verdict"
        elif not self.proc:
            yield (
                "a process that an answer detaches may run on here after its verdict"
            )
        elif fresh:
            yield (
                "in a fresh process, an answer that first ends the process that "
                "watches it may leave a detached process running"
            )
