"""The warm process: it has imported torch, and forks for each verdict.

`python -m backprep.worker SOCKET` listens there for ten minutes after the last
request; `python -m backprep.worker --once FD` serves one on an open socket.

It must never run a multi-threaded operation: a fork of a process that did
hangs. It imports, and forks.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from backprep import supervise
from backprep.fingerprint import fingerprint

IDLE = 600.0
"""Seconds without a request after which the worker ends."""
LOOK_AROUND = 5.0
"""Seconds after which it looks for what an answer has left behind."""


def preload() -> None:
    """Import what every verdict needs, and keep it out of later collections."""
    # the checks' own plugins are all that a verdict loads
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import pytest
    import torch.testing
    import torch.utils.data  # noqa: F401

    import backprep.runner

    # pytest imports its parts when it first reads its options
    pytest.main([*backprep.runner.OPTIONS, "-c", os.devnull, os.devnull])
    backprep.runner.prepare()
    gc.collect()
    gc.freeze()


def handle(connection: socket.socket, text: str) -> None:
    """Judge one request in a fork, and send its records and its ending."""
    from backprep.runner import Request, run

    def send(record: dict[str, Any]) -> None:
        connection.sendall(json.dumps(record).encode() + b"\n")

    request = Request(**json.loads(text))
    supervise.adopt_orphans()
    results, results_end = os.pipe()
    output, output_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        supervise.end_with_parent()
        connection.close()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for old, new in ((nothing, 0), (output_end, 1), (output_end, 2)):
            os.dup2(old, new)
        for fd in (results, output, output_end, nothing):
            os.close(fd)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with contextlib.suppress(BaseException):
            run(request, os.fdopen(results_end, "w"))
            _flush()
            os._exit(0)
        os._exit(70)
    os.close(results_end)
    os.close(output_end)
    ending = supervise.supervise(
        pid, results, output, request.token, request.timeout, send, connection
    )
    with contextlib.suppress(OSError):
        send({"event": "ended", **vars(ending)})


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


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
    supervise.adopt_orphans()
    supervisors: set[int] = set()
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
            supervisor = _answer(connection, identity, listener)
        if supervisor is None:
            break
        supervisors.add(supervisor)
    path.unlink(missing_ok=True)


def _answer(
    connection: socket.socket, identity: str, listener: socket.socket
) -> int | None:
    """Fork a supervisor for one request; None when this worker is out of date."""
    connection.settimeout(5)
    wanted = text = ""
    with contextlib.suppress(OSError):
        wanted, _, text = connection.makefile().readline().partition(" ")
    if text and (wanted != identity or fingerprint() != identity):
        with contextlib.suppress(OSError):
            connection.sendall(b'{"event": "stale"}\n')
        return None
    supervisor = os.fork()
    if supervisor == 0:
        try:
            listener.close()
            connection.settimeout(None)
            if text:
                handle(connection, text)
        finally:
            os._exit(0)
    return supervisor


def _reap(supervisors: set[int]) -> None:
    supervise.end_strangers(supervisors)
    with contextlib.suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            supervisors.discard(pid)


def main() -> None:
    match sys.argv[1:]:
        case ["--once", fd]:
            connection = socket.socket(fileno=int(fd))
            text = connection.makefile().readline()
            preload()
            handle(connection, text)
        case [path]:
            serve(Path(path))


if __name__ == "__main__":
    main()
