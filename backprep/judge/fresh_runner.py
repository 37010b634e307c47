"""The process that judges one answer and was not forked: `python -m` runs this.

It has the three pipes that every system gives a process: orders come over standard
input, records go to what was standard output, and whatever is printed, to either
stream, goes to standard error.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from types import FrameType

from backprep.judge import processes
from backprep.judge.preload import preload

Say = Callable[[FrameType | None], None]


def main() -> None:
    """Judge what the order asks for, and end."""
    processes.end_with_parent()
    orders, results = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    preload()
    with contextlib.suppress(BaseException):
        from backprep.judge.runner import run

        run(lambda: _line(orders), results, lambda say: _when_asked(orders, say))
        os._exit(0)
    os._exit(70)


def _line(fd: int) -> str:
    """The order, of which nothing is kept."""
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(fd, 1 << 16)
        if not chunk:
            os._exit(0)
        line += chunk
    return line.decode()


def _when_asked(fd: int, say: Say) -> None:
    """Say where the main thread is whenever something comes over a pipe, and end with
    whoever would ask."""
    main_thread = threading.get_ident()

    def listen() -> None:
        with contextlib.suppress(OSError):
            while os.read(fd, 1):
                say(sys._current_frames()[main_thread])
        os._exit(70)

    # not by `threading`: an answer that counts its threads finds its own
    _thread.start_new_thread(listen, ())


if __name__ == "__main__":
    main()
