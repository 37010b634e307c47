"""Ask for a verdict: from the warm worker, or from a fresh process."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import platformdirs

from backprep import bank, source, verdict
from backprep.bank import Question, read_text
from backprep.fingerprint import fingerprint
from backprep.verdict import Ending, Verdict

TIMEOUT = 30.0
STARTING = 120.0

Notify = Callable[[str], None]


class JudgeError(Exception):
    """The judge cannot work here; the message says what to do."""


class Stopped(Exception):
    """Somebody gave up the verdict before it came."""


class Stop:
    """Gives up a verdict from another thread; what the answer runs is ended."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._connection: socket.socket | None = None

    def set(self) -> None:
        self._wanted.set()
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def is_set(self) -> bool:
        return self._wanted.is_set()

    def wait(self, seconds: float) -> bool:
        """Whether it is set within so many seconds."""
        return self._wanted.wait(seconds)

    def watch(self, connection: socket.socket) -> None:
        """Hang up this connection when it is set, or now if it is already."""
        self._connection = connection
        if self.is_set():
            self.set()


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
    path = question.answer(answers)
    if not path.is_file():
        return verdict.not_attempted(
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
    names = [w.name for w in source.near_misses(read_text(question.near_misses))]
    wanted = {"near_misses": True, "timeout": timeout}
    records, ending = _run(question, wanted, True, lambda text: None, Stop())
    return {
        name: verdict.assemble(
            question,
            # for the one the end, for the process an end of many
            [
                r | {"event": "end"} if r["event"] == "done" else r
                for r in records
                if r.get("near_miss") == name
            ],
            ending,
            timeout,
            question.near_misses.name,
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
    return verdict.assemble(question, records, ending, timeout, name)


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
            [sys.executable, "-m", "backprep.worker", "--once", str(theirs.fileno())],
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
            [sys.executable, "-m", "backprep.worker", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=path.parent,
        )


def warm() -> None:
    """Start the warm worker where there is none; it lives on for a while."""
    connect().close()


def socket_path() -> Path:
    """The worker's socket: one for each user, Python, backprep and bank."""
    folder = runtime_folder()
    key = f"{sys.executable} {Path(__file__).resolve()} {bank.root()}"
    return folder / f"worker-{hashlib.sha256(key.encode()).hexdigest()[:12]}.sock"


def log_path() -> Path:
    return socket_path().with_suffix(".log")


def runtime_folder() -> Path:
    """A folder that only this user can enter."""
    with warnings.catch_warnings():
        # it says so where a system has no such folder, and names another
        warnings.simplefilter("ignore")
        folder = Path(platformdirs.user_runtime_dir("backprep"))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(PermissionError):
            folder.chmod(0o700)
        state = folder.stat()
    except OSError as error:
        raise JudgeError(
            f"{folder} cannot be used for the judge's socket ({error.strerror}); "
            "set XDG_RUNTIME_DIR to a folder of your own, or use --no-daemon."
        ) from None
    if state.st_uid != os.getuid():
        raise JudgeError(
            f"{folder} belongs to another user; set XDG_RUNTIME_DIR to a folder "
            "of your own, or use --no-daemon."
        )
    return folder
