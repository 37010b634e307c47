"""A process that is started for one verdict, and serves it alone."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator

from backprep.judge.errors import JudgeError, Stopped
from backprep.judge.protocol import MARGIN, Order, Reply
from backprep.judge.replies import NoReply, replies
from backprep.judge.stop import Stop

STARTING = 60.0
"""Seconds that it may take to import torch."""


def ask_fresh(
    order: Order, limit: float, notify: Callable[[str], None], stop: Stop
) -> Iterator[Reply]:
    """The replies of a process that serves this order alone.

    `limit` is the answer's own, in seconds. Raises JudgeError, and Stopped where
    `stop` was set.
    """
    notify("loading torch")
    ours, theirs = socket.socketpair()
    fd = str(theirs.fileno())
    begun = False
    with ours, tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "backprep.judge.worker", "--once", fd],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
        theirs.close()
        try:
            stop.watch(ours)
            ours.sendall(json.dumps(order).encode() + b"\n")
            for reply in replies(ours, first=STARTING, limit=limit):
                begun = True
                yield reply
        except NoReply:
            raise JudgeError(
                f"the judge's process did not answer within {STARTING:g} s; "
                "backprep doctor may say why."
            ) from None
        except ConnectionError:
            pass  # it ended, and says why
        finally:
            ours.close()
            _end(process)
        if stop.is_set():
            raise Stopped
        if not begun:
            log.seek(0)
            raise JudgeError(why_not_started(log.read().decode(errors="replace")))


def why_not_started(problem: str) -> str:
    """What a process that could not even start says of it, in one sentence."""
    last = problem.strip().splitlines()[-1:] or ["it said nothing"]
    if "No module named 'torch'" in last[0]:
        return "torch is not installed here; pip install torch mends that."
    return f"the judge cannot start here: {last[0]}. backprep doctor may say more."


def _end(process: subprocess.Popen[bytes]) -> None:
    """Give it a moment to end what the answer left behind, and end it."""
    try:
        process.wait(MARGIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
