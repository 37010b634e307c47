"""The processes that an answer starts and leaves behind, and their end (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
KILL = 9
"""SIGKILL, which Windows does not name."""


def adopt_orphans() -> None:
    """Become the parent of every process that the answer leaves behind."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent() -> None:
    """Have this process ended when the one that started it is."""
    _prctl(PR_SET_PDEATHSIG, KILL)


def outlive_parent() -> None:
    """Take `end_with_parent` back."""
    _prctl(PR_SET_PDEATHSIG, 0)


def end_strangers(known: Container[int]) -> None:
    """End the children of this process that it did not start."""
    for process in _all():
        if process.parent == os.getpid() and process.pid not in known:
            with contextlib.suppress(OSError):
                os.kill(process.pid, signal.SIGKILL)


def end_stopped(group: int) -> None:
    """End the processes of a group that are stopped, and the one that leads it."""
    stopped = [p.pid for p in _all() if p.group == group and p.state == "T"]
    for pid in {group, *stopped}:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def end_all(pid: int) -> None:
    """End process `pid`, its group, and whatever else this process is the parent of."""
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)
    _end_children()


def _end_children() -> None:
    # what a process leaves behind comes here only as that process ends, and it
    # may start others meanwhile: look again until nobody is left
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        end_strangers(())
        time.sleep(0.001)


def end_left_behind() -> None:
    """End whatever this process is the parent of, where it can be found."""
    if hasattr(os, "WNOHANG"):
        _end_children()


def _prctl(option: int, value: int) -> None:
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


@dataclass(frozen=True)
class _Process:
    pid: int
    state: str
    """One letter; T for one that is stopped."""
    parent: int
    group: int


def _all() -> Iterator[_Process]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # the name, in parentheses, may hold anything
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
            yield _Process(
                int(path.parent.name), fields[0], int(fields[1]), int(fields[2])
            )
