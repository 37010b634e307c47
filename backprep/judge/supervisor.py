"""Watch an answer's process from outside: its time, its output, its end."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backprep.judge.protocol import LAST, OUTPUT_LIMIT, Ending

STARTING = 120.0
"""Seconds that a process may take to say that it is ready."""
GRACE = 0.3
"""Seconds in which a process whose time is over says where it is."""
LONGEST_LINE = 1 << 20

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Become the parent of every process that the answer leaves behind (Linux)."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent() -> None:
    """Have this process ended when the one that supervises it is (Linux)."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def supervise(
    pid: int,
    results: int,
    output: int,
    token: str,
    timeout: float,
    forward: Callable[[dict[str, Any]], None],
    caller: socket.socket,
) -> Ending:
    """Forward what process `pid` sends until it has said its last.

    It may still run then: `end_all` is what ends it. `results` and `output` are
    the reading ends of its pipes. The time counts from the record "ready". Stops
    as well when `caller` hangs up.
    """
    printed = bytearray()
    pending = bytearray()
    trace: list[str] = []
    begun = time.monotonic()
    deadline = begun + STARTING
    finished = timed_out = False
    exit_code: int | None = None
    with selectors.DefaultSelector() as selector:
        for fd in (results, output):
            os.set_blocking(fd, False)
            selector.register(fd, selectors.EVENT_READ)
        selector.register(caller, selectors.EVENT_READ)
        ended = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        if ended is not None:
            selector.register(ended, selectors.EVENT_READ)
        while not finished:
            left = deadline - time.monotonic()
            if left <= 0:
                timed_out = True
                break
            ready = [key.fd for key, _ in selector.select(min(left, 0.5))]
            if caller.fileno() in ready:
                break  # it hung up: it never says anything more
            if output in ready:
                chunk = _read(output)
                printed += chunk[: max(0, 4 * OUTPUT_LIMIT - len(printed))]
                if not chunk:
                    selector.unregister(output)
            if results in ready:
                chunk = _read(results)
                if not chunk:
                    selector.unregister(results)
                pending += chunk[:LONGEST_LINE]
                *lines, rest = bytes(pending).split(b"\n")
                pending = bytearray(rest[-LONGEST_LINE:])
                for line in lines:
                    record = _record(line, token)
                    if record is None:
                        trace.append(line.decode(errors="replace"))
                        continue
                    if record["event"] == "ready":
                        begun = time.monotonic()
                        deadline = begun + timeout + GRACE
                    forward(record)
                    finished = finished or record["event"] in LAST
            elif not finished and (gone := os.waitpid(pid, os.WNOHANG))[0]:
                exit_code = os.waitstatus_to_exitcode(gone[1])
                break
        if ended is not None:
            os.close(ended)
    seconds = time.monotonic() - begun
    printed += _read(output)[: max(0, 4 * OUTPUT_LIMIT - len(printed))]
    text = printed.decode(errors="replace")
    if len(text) > OUTPUT_LIMIT:
        text = text[: OUTPUT_LIMIT - 2] + " …"
    if timed_out:
        seconds -= GRACE
    return Ending(seconds, timed_out, exit_code, text, "\n".join(trace[-400:]))


def end_strangers(known: set[int]) -> None:
    """End the children of this process that it did not start."""
    for child in _children():
        if child not in known:
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)


def end_all(pid: int) -> None:
    """End process `pid`, its group, and whatever else this process is the parent of."""
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)
    # what a process leaves behind comes here only as that process ends, and it
    # may start others meanwhile: look again until nobody is left
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        end_strangers(set())
        time.sleep(0.001)


def _children() -> list[int]:
    me = str(os.getpid())
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # the name, in parentheses, may hold anything
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
            if fields[1] == me:
                found.append(int(path.parent.name))
    return found


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 1 << 16)
    except (BlockingIOError, OSError):
        return b""


def _record(line: bytes, token: str) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict) or record.pop("token", None) != token:
        return None
    return record
