"""The warm worker as a client sees it: reached, started, asked, replaced."""

from __future__ import annotations

import contextlib
import fcntl
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from backprep.judge import processes
from backprep.judge.address import fingerprint, lock_path, log_path, socket_path
from backprep.judge.errors import JudgeError, Stopped
from backprep.judge.fresh_process import ask_fresh, why_not_started
from backprep.judge.protocol import LOADING, MARGIN, Notify, Order, Reply, silent
from backprep.judge.replies import NoReply, replies
from backprep.judge.stop import Stop

AGAIN = 1.0
"""Seconds until another worker is started, where one gave way to another."""


def warm(notify: Notify = silent) -> None:
    """Start the warm worker where there is none; it lives on for a while.

    Raises JudgeError where none can be started.
    """
    with contextlib.suppress(NoReply):  # the next verdict replaces it
        connect(notify).close()


def ask_worker(
    order: Order, limit: float, notify: Notify, stop: Stop
) -> Iterator[Reply]:
    """The replies of the warm worker, started when there is none.

    One that does not answer is ended; a fresh process judges in its place, and the
    next verdict starts another. `limit` is the answer's own, in seconds. Raises
    JudgeError, and Stopped where `stop` was set.
    """
    line = f"{fingerprint()} {json.dumps(order)}\n".encode()
    begun = False
    for _ in range(5):
        try:
            with connect(notify, stop) as connection:
                stop.watch(partial(connection.shutdown, socket.SHUT_RDWR))
                connection.sendall(line)
                for reply in replies(
                    partial(_received, connection), first=MARGIN, limit=limit
                ):
                    if reply["event"] != "stale":
                        begun = True
                        yield reply
        except NoReply:
            end_worker()
            break
        except ConnectionError:
            pass  # a worker that is ending hangs up
        if stop.is_set():
            raise Stopped
        if begun:
            return
    yield from ask_fresh(order, limit, notify, stop)


def connect(notify: Notify = silent, stop: Stop | None = None) -> socket.socket:
    """A connection to the warm worker, which is started when there is none.

    Raises JudgeError where it cannot be started, NoReply where it is there and does
    not answer, and Stopped.
    """
    stop = stop or Stop()
    path = socket_path()
    begun = time.monotonic()
    start_at = begun
    process: subprocess.Popen[bytes] | None = None
    while time.monotonic() < begun + LOADING:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(MARGIN)
        try:
            connection.connect(str(path))
            return connection
        except BlockingIOError:
            # so many wait already that no other is taken in
            connection.close()
            if time.monotonic() > begun + MARGIN:
                raise NoReply from None
        except OSError:
            connection.close()
            if process is None and time.monotonic() >= start_at:
                notify("loading torch once")
                process = _start(path)
        match process and process.poll():
            case None:
                pass
            case 0:  # another one is there, and is starting or ending
                process, start_at = None, time.monotonic() + AGAIN
            case _:
                raise JudgeError(
                    why_not_started(log_path().read_text(errors="replace"))
                )
        if stop.wait(0.02):
            raise Stopped
    raise NoReply


def _received(connection: socket.socket, seconds: float) -> bytes:
    connection.settimeout(seconds)
    return connection.recv(1 << 16)


def _start(path: Path) -> subprocess.Popen[bytes]:
    with log_path().open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "backprep.judge.worker", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=path.parent,
        )


def end_worker() -> None:
    """End the process that holds the worker's lock, and what of it is stopped."""
    with contextlib.suppress(FileNotFoundError), lock_path().open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = lock.read().strip()
            if pid.isdigit():
                processes.end_stopped(int(pid))
