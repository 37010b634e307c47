"""The warm worker: one, kept, replaced when it is out of date.

All of this is about a process that is kept and forks: a fresh one has no like of it.
"""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from backprep.bank.questions import read_question
from backprep.judge import address, client, errors, fresh_process, warm_worker, worker
from tests.helpers.imported import imported_after

GRADIENT = read_question("autograd/gradient")
SOLUTIONS = GRADIENT.root / "solutions"


@pytest.fixture
def own_worker(tmp_path, monkeypatch):
    """A place for a worker of this test's own, which is ended after it."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    yield
    for pid in worker_pids():
        os.kill(pid, signal.SIGKILL)


def worker_pids():
    """The processes that were started as workers on this test's socket."""
    found = subprocess.run(
        ["pgrep", "-f", worker_name()],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(pid) for pid in found.stdout.split()]


def main_worker():
    """The one that no other of them has started."""
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,args="],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    mine = [line.split() for line in listed.splitlines() if worker_name() in line]
    pids = {pid for pid, *_ in mine}
    return {pid for pid, parent, *_ in mine if parent not in pids}


def worker_name():
    return f"backprep.judge.worker {address.socket_path()}"


def passes():
    return client.judge(GRADIENT, SOLUTIONS).verdict == "passed"


def test_is_kept_for_the_next_verdict(own_worker):
    assert passes()
    first = main_worker()
    assert len(first) == 1
    assert passes()
    assert main_worker() == first


def test_listens_for_its_user_alone(own_worker):
    warm_worker.connect().close()
    path = address.socket_path()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_two_callers_at_once_start_one(own_worker):
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda _: passes(), range(4)))
    assert len(main_worker()) == 1


def test_a_stale_socket_is_replaced(own_worker):
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(address.socket_path()))
    assert passes()


def test_one_that_was_killed_is_replaced(own_worker):
    assert passes()
    for pid in worker_pids():
        os.kill(pid, signal.SIGKILL)
    assert passes()


def test_one_that_is_out_of_date_is_replaced(own_worker):
    """It knows what it was made of, and ends when asked for something else."""
    assert passes()
    old = main_worker()
    with warm_worker.connect() as connection:
        connection.sendall(b"made-of-something-else {}\n")
        assert connection.makefile().readline() == '{"event": "stale"}\n'
    assert passes()
    assert main_worker() != old


def test_what_it_is_made_of_changes_with_an_upgrade(tmp_path, monkeypatch):
    from backprep.judge import address

    before = address.fingerprint()
    package = tmp_path / "backprep"
    (package / "judge").mkdir(parents=True)
    (package / "judge" / "address.py").write_text("changed = True\n")
    monkeypatch.setattr(address, "__file__", str(package / "judge" / "address.py"))
    assert address.fingerprint() != before


def test_a_silent_caller_does_not_hold_up_the_others(own_worker):
    assert passes()
    with warm_worker.connect() as silent:
        silent.sendall(b"half a line")
        silent.shutdown(socket.SHUT_WR)
        assert passes()


def test_callers_that_say_nothing_hold_nobody_up(own_worker):
    """Not one after the other until each has had its time."""
    assert passes()
    with contextlib.ExitStack() as stack:
        silent = [stack.enter_context(warm_worker.connect()) for _ in range(5)]
        assert passes()
        # they were let in before, and have not been let go yet
        for connection in silent:
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.recv(1)


def test_a_caller_that_says_nothing_is_let_go(own_worker):
    with warm_worker.connect() as silent:
        silent.settimeout(60)
        assert silent.recv(1) == b""


def test_one_that_is_stopped_is_replaced(own_worker, monkeypatch):
    assert passes()
    (stopped,) = main_worker()
    os.kill(int(stopped), signal.SIGSTOP)
    assert passes()
    assert passes()
    assert main_worker().isdisjoint({stopped})


def test_one_that_is_stopped_with_all_its_processes_is_replaced(own_worker):
    assert passes()
    stopped = worker_pids()
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    assert passes()
    assert passes()
    assert set(worker_pids()).isdisjoint(stopped)


def test_one_that_is_stopped_while_it_starts_is_replaced(own_worker, monkeypatch):
    monkeypatch.setattr(warm_worker, "LOADING", 0.5)
    lock = address.lock_path()
    lock.parent.mkdir(exist_ok=True)
    code = (
        "import fcntl, os, sys, time; f = open(sys.argv[1], 'w'); "
        "fcntl.flock(f, fcntl.LOCK_EX); f.write(str(os.getpid())); f.flush(); "
        "print('held', flush=True); time.sleep(3600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, lock], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        assert passes()
        assert holder.wait(60) == -signal.SIGKILL


def test_a_fresh_process_that_does_not_answer_is_said(monkeypatch):
    monkeypatch.setattr(fresh_process, "LOADING", 0.01)
    with pytest.raises(errors.JudgeError, match="did not answer within"):
        client.judge(GRADIENT, SOLUTIONS, daemon=False)


@pytest.mark.parametrize("daemon", [True, False])
def test_without_torch_there_is_a_sentence(own_worker, monkeypatch, tmp_path, daemon):
    (tmp_path / "torch.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'torch'\")\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(errors.JudgeError, match="pip install torch"):
        client.judge(GRADIENT, SOLUTIONS, daemon=daemon)


def test_a_caller_that_goes_away_stops_its_verdict(own_worker, write_answer):
    """Nothing runs on for a caller that is no longer there."""
    write_answer("while True:\n    pass  # forgotten\n")
    done = subprocess.Popen(
        [sys.executable, "-m", "backprep", "check", "gradient"],
        stdout=subprocess.DEVNULL,
    )
    time.sleep(6)
    done.kill()
    done.wait()
    time.sleep(1)
    busy = subprocess.run(
        ["ps", "-o", "pcpu=,stat=", "-p", ",".join(map(str, worker_pids()))],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "R" not in busy, busy


def test_ends_by_itself_when_no_one_asks(own_worker, tmp_path):
    code = (
        "import sys, pathlib; from backprep.judge import worker; "
        "worker.IDLE = worker.LOOK_AROUND = 0.2; "
        "worker.serve(pathlib.Path(sys.argv[1]))"
    )
    path = tmp_path / "idle.sock"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=60)
    assert not path.exists()
    assert worker.IDLE == 600


def test_without_a_folder_for_the_socket_there_is_a_sentence(monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/proc/nowhere")
    with pytest.raises(errors.JudgeError, match="use --no-daemon"):
        client.judge(GRADIENT, SOLUTIONS)


def test_the_fingerprint_looks_into_every_room_that_a_worker_imports():
    code = "from backprep.judge import worker; worker.preload()"
    ours = [n.split(".") for n in imported_after(code) if n.startswith("backprep.")]
    rooms = {room for _, room, *modules in ours if modules}
    assert rooms == {"bank", "judge"}
