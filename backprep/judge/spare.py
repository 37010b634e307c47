"""A process that is ready to judge before anybody asks, and the one that watches it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable, Iterable
from functools import partial
from types import FrameType
from typing import NoReturn

from backprep.judge import fork_supervisor, processes
from backprep.judge.protocol import MARGIN, Ended, Order, Record
from backprep.judge.seal import Seal
from backprep.judge.supervisor import Supervision


class Spare:
    """A supervisor, with a process to judge, that waits for the next order.

    `not_its_own` are open files of this process that it must not hold.
    """

    def __init__(self, not_its_own: Iterable[int]) -> None:
        self.end, theirs = socket.socketpair()
        self.taken = False
        self.pid = os.fork()
        if self.pid == 0:
            try:
                # until it has an order nobody needs it but this process
                processes.end_with_parent()
                for fd in (*not_its_own, self.end.fileno()):
                    os.close(fd)
                stand_by(lambda: _taken_over(theirs))
            finally:
                os._exit(0)
        theirs.close()

    def hand_over(self, connection: socket.socket, order: str) -> None:
        """Let it judge for whoever is at the other end of `connection`."""
        self.taken = True
        with contextlib.suppress(OSError):
            socket.send_fds(self.end, [order.encode()], [connection.fileno()])
        self.end.close()

    def dismiss(self) -> None:
        """Have it end without an order."""
        self.end.close()


def stand_by(receive: Callable[[], tuple[socket.socket, str] | None]) -> None:
    """Have a process ready to judge, and supervise it on the order that comes.

    `receive` waits for the caller's connection and its order, or for None when
    there will be none.
    """
    processes.adopt_orphans()
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
        processes.end_all(pid)
        return
    connection, text = received
    # whoever does not read what it asked for is not waited for
    connection.settimeout(MARGIN)

    def send(record: Record | Ended) -> None:
        connection.sendall(json.dumps(record).encode() + b"\n")

    with os.fdopen(requests_end, "w") as file:
        file.write(text + "\n")
    order: Order = json.loads(text)
    timeout = float(str(order["request"]["timeout"]))
    seal = Seal(order["key"])
    try:
        ask_where = partial(fork_supervisor.ask_by_signal, pid)
        supervision = Supervision(seal, timeout, send, ask_where)
        ending = fork_supervisor.watch(supervision, pid, results, output, connection)
        send(ending.as_record())
    except OSError:
        pass  # the caller has gone
    finally:
        connection.close()
        processes.end_all(pid)


def _judge(requests: int, results: int, output: int) -> NoReturn:
    """Be the process that judges, from its start to its end."""
    os.setpgid(0, 0)
    processes.end_with_parent()
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

        def by_signal(say: Callable[[FrameType | None], None]) -> None:
            signal.signal(fork_supervisor.WHERE, lambda number, frame: say(frame))

        run(receive, results, by_signal)
        os._exit(0)
    os._exit(70)


def _taken_over(end: socket.socket) -> tuple[socket.socket, str] | None:
    data, fds, _, _ = socket.recv_fds(end, 1 << 16, 1)
    end.close()
    if not fds:
        return None
    # the verdict is the caller's now, and goes on when the worker ends
    processes.outlive_parent()
    return socket.socket(fileno=fds[0]), data.decode()
