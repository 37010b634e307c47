"""Processes that are started for one verdict: one that judges, one that watches it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from backprep.judge.errors import JudgeError, Stopped
from backprep.judge.pipes import Pipes
from backprep.judge.processes import KILL
from backprep.judge.protocol import LOADING, MARGIN, Notify, Order, Reply
from backprep.judge.replies import NoReply, replies
from backprep.judge.stop import Stop


def ask_fresh(
    order: Order, limit: float, notify: Notify, stop: Stop
) -> Iterator[Reply]:
    """The replies of processes that serve this order alone.

    `limit` is the answer's own, in seconds. Raises JudgeError, and Stopped where
    `stop` was set.
    """
    notify("loading torch")
    begun = False
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "backprep.judge.fresh_supervisor"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
        assert process.stdin
        assert process.stdout
        pipes = Pipes()
        pipes.listen("replies", process.stdout)
        try:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
            stop.watch(process.stdin.close)
            for reply in replies(
                lambda seconds: pipes.next(seconds)[1], first=LOADING, limit=limit
            ):
                begun = True
                yield reply
        except NoReply:
            raise JudgeError(
                f"the judge's process did not answer within {LOADING:g} s; "
                "backprep doctor may say why."
            ) from None
        except BrokenPipeError:
            pass  # it ended, and says why
        finally:
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
    """Hang up, give it a moment to end what the answer left behind, and end it."""
    assert process.stdin
    with contextlib.suppress(OSError):
        process.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(MARGIN)
    if hasattr(os, "killpg"):
        # the answer may have ended it, and left others in its group
        with contextlib.suppress(OSError):
            os.killpg(process.pid, KILL)
    process.kill()
    process.wait()
