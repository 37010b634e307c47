"""The warm process: it has imported torch, and forks for each verdict.

`python -m backprep.judge.worker SOCKET` listens there for ten minutes after the last
request; `python -m backprep.judge.worker --once FD` serves one on an open socket.

It must never run a multi-threaded operation: a fork of a process that did
hangs. It imports, and forks.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from backprep.judge import supervisor
from backprep.judge.address import fingerprint

IDLE = 600.0
"""Seconds without a request after which the worker ends."""
LOOK_AROUND = 5.0
"""Seconds after which it looks for what an answer has left behind."""


def preload() -> None:
    """Import what every verdict needs, and keep it out of later collections."""
    # the checks' own plugins are all that a verdict loads
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import numpy.random  # noqa: F401
    import pytest
    import torch.testing
    import torch.utils.data  # noqa: F401

    from backprep.judge import runner

    # pytest imports its parts when it first reads its options
    pytest.main([*runner.OPTIONS, "-c", os.devnull, os.devnull])
    runner.prepare()
    gc.collect()
    gc.freeze()


def stand_by(receive: Callable[[], tuple[socket.socket, str] | None]) -> None:
    """Have a process ready to judge, and supervise it on the request that comes.

    `receive` waits for the caller's connection and its request, or for None when
    there will be none.
    """
    supervisor.adopt_orphans()
    requests, requests_end = os.pipe()
    results, results_end = os.pipe()
    output, output_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        _judge(requests, results_end, output_end)
    for fd in (requests, results_end, output_end):
        os.close(fd)
    received = receive()
    if received is None:
        supervisor.end_all(pid)
        return
    connection, text = received

    def send(record: dict[str, Any]) -> None:
        connection.sendall(json.dumps(record).encode() + b"\n")

    with os.fdopen(requests_end, "w") as file:
        file.write(text)
    request = json.loads(text)
    try:
        ending = supervisor.supervise(
            pid, results, output, request["token"], request["timeout"], send, connection
        )
        send({"event": "ended", **vars(ending)})
    except OSError:
        pass  # the caller has gone
    finally:
        connection.close()
        supervisor.end_all(pid)


def _judge(requests: int, results: int, output: int) -> NoReturn:
    """Be the process that judges, from its start to its end."""
    os.setpgid(0, 0)
    supervisor.end_with_parent()
    os.dup2(output, 1)
    os.dup2(output, 2)
    # whatever else is open belongs to the worker
    low, high = sorted((requests, results))
    for first, end in ((3, low), (low + 1, high), (high + 1, 256)):
        os.closerange(first, end)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def receive() -> str:
        with os.fdopen(requests) as file:
            return file.readline()

    with contextlib.suppress(BaseException):
        from backprep.judge.runner import run

        run(receive, os.fdopen(results, "w"))
        os._exit(0)
    os._exit(70)


def serve(path: Path) -> None:
    """Listen on the socket `path` until no request has come for IDLE seconds."""
    # held, and so open, for as long as this process lives
    lock = os.open(f"{path}.lock", os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # another worker is there already
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    listener.bind(str(path))
    os.umask(before)
    listener.listen()
    identity = fingerprint()
    preload()
    # an answer may end its supervisor; what it leaves behind comes here
    supervisor.adopt_orphans()
    spare = _Spare(listener)
    supervisors = {spare.pid}
    last = time.monotonic()
    listener.settimeout(LOOK_AROUND)
    while time.monotonic() < last + IDLE:
        _reap(supervisors)
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        last = time.monotonic()
        with connection:
            connection.settimeout(5)
            wanted = text = ""
            with contextlib.suppress(OSError):
                wanted, _, text = connection.makefile().readline().partition(" ")
            if not text:
                continue
            if wanted != identity or fingerprint() != identity:
                with contextlib.suppress(OSError):
                    connection.sendall(b'{"event": "stale"}\n')
                break
            spare.hand_over(connection, text)
        spare = _Spare(listener)
        supervisors.add(spare.pid)
    spare.dismiss()
    path.unlink(missing_ok=True)


class _Spare:
    """A supervisor that is ready for the next request."""

    def __init__(self, listener: socket.socket) -> None:
        self.end, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                listener.close()
                self.end.close()
                stand_by(lambda: _taken_over(theirs))
            finally:
                os._exit(0)
        theirs.close()

    def hand_over(self, connection: socket.socket, text: str) -> None:
        with contextlib.suppress(OSError):
            socket.send_fds(self.end, [text.encode()], [connection.fileno()])
        self.end.close()

    def dismiss(self) -> None:
        self.end.close()


def _taken_over(end: socket.socket) -> tuple[socket.socket, str] | None:
    data, fds, _, _ = socket.recv_fds(end, 1 << 16, 1)
    end.close()
    if not fds:
        return None
    connection = socket.socket(fileno=fds[0])
    connection.settimeout(None)
    return connection, data.decode()


def _reap(supervisors: set[int]) -> None:
    supervisor.end_strangers(supervisors)
    with contextlib.suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            supervisors.discard(pid)


def main() -> None:
    match sys.argv[1:]:
        case ["--once", fd]:
            connection = socket.socket(fileno=int(fd))
            text = connection.makefile().readline()
            preload()
            stand_by(lambda: (connection, text))
        case [path]:
            serve(Path(path))


if __name__ == "__main__":
    main()
