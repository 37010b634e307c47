"""Watch a process that was forked, over its pipes, in the one that forked it."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket

from backprep.judge.protocol import Ending
from backprep.judge.supervisor import Supervision

WHERE = signal.SIGXCPU
"""Asks an answer's process for its `Where`."""


def ask_by_signal(pid: int) -> None:
    """Ask a process where it is."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, WHERE)


def watch(
    supervision: Supervision, pid: int, results: int, output: int, caller: socket.socket
) -> Ending:
    """Watch process `pid` until it has said its last, its time is over, or `caller`
    hangs up.

    `results` and `output` are the reading ends of its pipes. It may still run then:
    `processes.end_all` is what ends it.
    """
    with selectors.DefaultSelector() as selector:
        for fd in (results, output):
            os.set_blocking(fd, False)
            selector.register(fd, selectors.EVENT_READ)
        selector.register(caller, selectors.EVENT_READ)
        ended = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        if ended is not None:
            selector.register(ended, selectors.EVENT_READ)
        try:
            while supervision.goes_on():
                ready = {
                    key.fd for key, _ in selector.select(min(supervision.left, 0.5))
                }
                if caller.fileno() in ready:
                    break  # it hung up: it never says anything more
                if output in ready:
                    chunk = _read(output)
                    supervision.keep(chunk)
                    if not chunk:
                        selector.unregister(output)
                if results in ready:
                    chunk = _read(results)
                    supervision.hear(chunk)
                    if not chunk:
                        selector.unregister(results)
                else:
                    gone, status = os.waitpid(pid, os.WNOHANG)
                    if gone:
                        supervision.ended(os.waitstatus_to_exitcode(status))
        finally:
            if ended is not None:
                os.close(ended)
    supervision.keep(_read(output))
    return supervision.ending()


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 1 << 16)
    except (BlockingIOError, OSError):
        return b""
