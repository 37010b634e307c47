"""Ask for a verdict: from the warm worker, or from a fresh process."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question
from backprep.judge.address import fingerprint, log_path, socket_path
from backprep.judge.assemble import assemble
from backprep.judge.errors import JudgeError, Stopped
from backprep.judge.protocol import Ending
from backprep.judge.stop import Stop
from backprep.judge.verdict import Verdict, not_attempted

TIMEOUT = 30.0

STARTING = 120.0


Notify = Callable[[str], None]


def judge(
    question: Question,
    answers: Path,
    *,
    timeout: float = TIMEOUT,
    daemon: bool = True,
    full: bool = False,
    notify: Notify = lambda text: None,
    stop: Stop | None = None,
) -> Verdict:
    """The verdict on the answer to `question` in the folder `answers`.

    Raises JudgeError where no process can judge (torch is missing, say), and
    Stopped where `stop` was set before the warm worker had judged.
    """
    path = question.answer_path(answers)
    if not path.is_file():
        return not_attempted(
            question,
            f"Not attempted: there is no {path}; "
            f"backprep start {question.slug} makes it.",
        )
    wanted = {"answers": str(answers.resolve()), "timeout": timeout, "full": full}
    return _verdict(question, wanted, path, timeout, daemon, notify, stop or Stop())


def judge_near_misses(
    question: Question, *, timeout: float = TIMEOUT
) -> dict[str, Verdict]:
    """The verdict on each of the question's own wrong answers."""
    names = [w.name for w in near_misses(question)]
    wanted = {"near_misses": True, "timeout": timeout}
    records, ending = _run(question, wanted, True, lambda text: None, Stop())
    return {
        name: assemble(
            question,
            # for the one the end, for the process an end of many
            [
                r | {"event": "end"} if r["event"] == "done" else r
                for r in records
                if r.get("near_miss") == name
            ],
            ending,
            timeout,
            question.near_misses_path.name,
        )
        for name in names
    }


def _verdict(
    question: Question,
    wanted: dict[str, Any],
    path: Path,
    timeout: float,
    daemon: bool,
    notify: Notify,
    stop: Stop,
) -> Verdict:
    records, ending = _run(question, wanted, daemon, notify, stop)
    name = f"{path.parent.name}/{path.name}"
    return assemble(question, records, ending, timeout, name)


def _run(
    question: Question,
    wanted: dict[str, Any],
    daemon: bool,
    notify: Notify,
    stop: Stop,
) -> tuple[list[dict[str, Any]], Ending]:
    """What the process that judges has sent, and how it ended."""
    token = secrets.token_hex(16)
    request = json.dumps({"question": question.id, "token": token, **wanted})
    records: list[dict[str, Any]] = []
    ending = Ending(0.0)
    asked = (
        _ask_worker(request, notify, stop) if daemon else _ask_fresh(request, notify)
    )
    for record in asked:
        if record["event"] == "ended":
            del record["event"]
            ending = Ending(**record)
        else:
            records.append(record)
    return records, ending


def _ask_worker(request: str, notify: Notify, stop: Stop) -> Iterator[dict[str, Any]]:
    """The records of the warm worker, started when there is none."""
    identity = fingerprint()
    for _ in range(5):
        with connect(notify) as connection:
            stop.watch(connection)
            first = True
            # a worker that is ending hangs up, or says that it is out of date
            with contextlib.suppress(ConnectionError):
                connection.sendall(f"{identity} {request}\n".encode())
                for line in connection.makefile():
                    record = json.loads(line)
                    if record["event"] == "stale":
                        break
                    first = False
                    yield record
            if stop.is_set():
                raise Stopped
            if not first:
                return
    raise JudgeError(
        "the judge's worker ends before it judges; try --no-daemon, "
        f"and see {log_path()}."
    )


def _ask_fresh(request: str, notify: Notify) -> Iterator[dict[str, Any]]:
    """The records of a process that serves this request alone."""
    notify("loading torch")
    ours, theirs = socket.socketpair()
    with ours:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "backprep.judge.worker",
                "--once",
                str(theirs.fileno()),
            ],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        theirs.close()
        ours.sendall(f"{request}\n".encode())
        try:
            records = [json.loads(line) for line in ours.makefile()]
        except BaseException:
            process.kill()
            raise
        finally:
            ours.close()
            _, problem = process.communicate()
    if not records:
        raise JudgeError(_why(problem.decode(errors="replace")))
    yield from records


def _why(problem: str) -> str:
    """What a process that could not even start says of it, in one sentence."""
    last = problem.strip().splitlines()[-1:] or ["it said nothing"]
    if "No module named 'torch'" in last[0]:
        return "torch is not installed here; pip install torch mends that."
    return f"the judge cannot start here: {last[0]}. backprep doctor may say more."


def connect(notify: Notify = lambda text: None) -> socket.socket:
    """A connection to the warm worker, which is started when there is none."""
    path = socket_path()
    deadline = time.monotonic() + STARTING
    process: subprocess.Popen[bytes] | None = None
    while time.monotonic() < deadline:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            return connection
        except OSError:
            connection.close()
        if process is None:
            notify("loading torch once")
            process = _start(path)
        elif process.poll() not in (None, 0):
            raise JudgeError(_why(log_path().read_text(errors="replace")))
        elif process.poll() == 0:
            process = None  # another one was there, and is ending
        time.sleep(0.02)
    raise JudgeError(f"the judge's worker does not answer at {path}; try --no-daemon.")


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


def warm() -> None:
    """Start the warm worker where there is none; it lives on for a while."""
    connect().close()
