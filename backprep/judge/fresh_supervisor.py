"""Start a process for one verdict, and watch it: `python -m` runs this.

The order comes over standard input, records go to standard output, and the end of
standard input ends everything. It needs no fork, no socket and no `select`, so that
it runs on every system.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time

from backprep.judge import processes
from backprep.judge.pipes import Pipes
from backprep.judge.protocol import LOADING, MARGIN, Ended, Order, Record
from backprep.judge.seal import Seal
from backprep.judge.supervisor import Supervision

SILENCE = 0.05
"""Seconds after which nothing more is on its way through a pipe."""
NOT_STARTED = 1
"""The exit code of a Python process that an exception ends."""


def main() -> None:
    """Serve the one order."""
    processes.adopt_orphans()
    process = subprocess.Popen(
        [sys.executable, "-m", "backprep.judge.fresh_runner"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        line = sys.stdin.buffer.readline()
        if line.endswith(b"\n"):  # else the caller has gone already
            _supervise(process, line)
    except OSError:
        pass  # the caller has gone
    finally:
        process.kill()
        processes.end_left_behind()
        # not waiting for the threads that still read
        os._exit(0)


def _supervise(process: subprocess.Popen[bytes], line: bytes) -> None:
    assert process.stdin
    assert process.stdout
    assert process.stderr
    order: Order = json.loads(line)

    def send(record: Record | Ended) -> None:
        sys.stdout.buffer.write(json.dumps(record).encode() + b"\n")
        sys.stdout.buffer.flush()

    def say(text: bytes) -> None:
        assert process.stdin
        with contextlib.suppress(OSError):
            process.stdin.write(text)
            process.stdin.flush()

    watch = Supervision(
        Seal(order["key"]),
        float(str(order["request"]["timeout"])),
        forward=send,
        ask_where=lambda: say(b"?"),
        starting=LOADING,
    )
    say(line)
    pipes = Pipes()
    pipes.listen("records", process.stdout)
    pipes.listen("output", process.stderr)
    pipes.listen("caller", sys.stdin.buffer)
    pipes.await_end("end", process.wait)
    last_words = b""
    while watch.goes_on():
        try:
            name, chunk = pipes.next(watch.left)
        except TimeoutError:
            continue
        match name:
            case "records":
                watch.hear(chunk)
            case "output":
                watch.keep(chunk)
                last_words = (last_words + chunk)[-4096:]
            case "caller":
                return  # it hung up: it never says anything more
            case "end":
                _drain(watch, pipes)
                watch.ended(process.returncode)
    _drain(watch, pipes)
    if watch.exit_code == NOT_STARTED and not watch.ready:
        sys.stderr.buffer.write(last_words)
        sys.stderr.buffer.flush()
        return
    send(watch.ending().as_record())


def _drain(watch: Supervision, pipes: Pipes) -> None:
    """Take in what was said before now, and is still on its way."""
    until = time.monotonic() + MARGIN
    with contextlib.suppress(TimeoutError):
        while time.monotonic() < until:
            name, chunk = pipes.next(SILENCE)
            if name == "records":
                watch.hear(chunk)
            elif name == "output":
                watch.keep(chunk)


if __name__ == "__main__":
    main()
