"""The warm process: it has imported torch, and forks for each verdict.

`python -m backprep.judge.worker SOCKET` listens there for ten minutes after the last
request.

It must never run a multi-threaded operation: a fork of a process that did
hangs. It imports, and forks.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from backprep.judge import processes
from backprep.judge.address import fingerprint
from backprep.judge.callers import Callers
from backprep.judge.imports_ahead import import_ahead
from backprep.judge.preload import preload
from backprep.judge.protocol import GRACE, MARGIN, Stale
from backprep.judge.spare import Spare
from backprep.judge.supervisor import STARTING

IDLE = 600.0
"""Seconds without a request after which the worker ends."""
LOOK_AROUND = 5.0
"""Seconds after which it looks for what an answer has left behind."""


def serve(path: Path) -> None:
    """Listen on the socket `path` until no request has come for IDLE seconds.

    Callers are refused until torch is imported, so that whoever is let in is
    answered at once.
    """
    with _locked(Path(f"{path}.lock")) as lock:
        if lock is None:
            return  # another worker is there already
        path.unlink(missing_ok=True)
        identity = fingerprint()
        preload()
        # an answer may end its supervisor; what it leaves behind comes here
        processes.adopt_orphans()
        with _listening(path) as listener:
            _Worker(identity, listener, lock).run()
        path.unlink(missing_ok=True)


class _Worker:
    """Hands each request to a spare process, and has another one ready."""

    def __init__(self, identity: str, listener: socket.socket, lock: int) -> None:
        self.identity = identity
        self.callers = Callers(listener)
        self.lock = lock
        self.supervisors: dict[int, float] = {}
        """Each process that judges or will, and when it must have ended."""
        self.asked = ""
        """The question of the last request."""
        self.spare = self.another()

    def another(self) -> Spare:
        """A spare process, which holds nothing of what is open here."""
        new = Spare([*self.callers.files(), self.lock])
        self.supervisors[new.pid] = float("inf")
        return new

    def run(self) -> None:
        """Serve callers until none has come for a while, or one wants another judge."""
        last = time.monotonic()
        while time.monotonic() < last + IDLE:
            self.reap()
            if whole := self.callers.wait(LOOK_AROUND):
                last = time.monotonic()
                with whole[0]:
                    up_to_date = self.serve(*whole)
                if not up_to_date:
                    break
                if self.spare.taken:
                    import_ahead(self.asked)  # the next request is likely the same
                    self.spare = self.another()
        self.spare.dismiss()

    def serve(self, connection: socket.socket, line: str) -> bool:
        """Have a caller's request judged; False where this worker is out of date."""
        wanted, _, order = line.partition(" ")
        if wanted != self.identity or fingerprint() != self.identity:
            stale: Stale = {"event": "stale"}
            with contextlib.suppress(OSError):
                connection.sendall(json.dumps(stale).encode() + b"\n")
            return False
        try:
            request = json.loads(order)["request"]
            limit, asked = float(request["timeout"]), str(request["question"])
        except (ValueError, LookupError, TypeError):
            return True  # no client of ours: it is hung up
        end = time.monotonic() + STARTING + limit + GRACE + 2 * MARGIN
        self.supervisors[self.spare.pid] = end
        self.asked = asked
        self.spare.hand_over(connection, order)
        return True

    def reap(self) -> None:
        """End what an answer left behind or stopped, and forget what has ended."""
        overdue = {
            pid for pid, end in self.supervisors.items() if time.monotonic() > end
        }
        processes.end_strangers(self.supervisors.keys() - overdue)
        with contextlib.suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                self.supervisors.pop(pid, None)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[int | None]:
    """The lock file, which holds this process's id; None where another has it."""
    lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        yield None
        return
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    try:
        yield lock
    finally:
        os.close(lock)


@contextlib.contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as listener:
        before = os.umask(0o177)
        listener.bind(str(path))
        os.umask(before)
        listener.listen()
        yield listener


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
