"""A scheduler and its workers, each a process of its own, on this machine."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack

import pytest

from backprep.exit_codes import BROKEN, USAGE
from backprep.grading import cluster

PYTHON = [sys.executable, "-m"]
GRADE = [*PYTHON, "backprep", "grade", "submissions", "--out", "results"]
RIGHT = "def double(x):\n    return x + x\n"
PEOPLE = [f"Person {n}" for n in range(4)]


@pytest.fixture
def start(tmp_path):
    """Start a process of Dask's, and wait until it says that it is ready."""
    with ExitStack() as stack:

        def start(*arguments, ready, **environment):
            process = stack.enter_context(
                subprocess.Popen(
                    [*PYTHON, "distributed.cli." + arguments[0], *arguments[1:]],
                    cwd=tmp_path,
                    env={**os.environ, **environment},
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.kill)
            for line in process.stderr:
                if ready in line:
                    return process, line
            raise AssertionError(f"{arguments} did not start")

        yield start


@pytest.fixture
def scheduler(start):
    process, line = start(
        *("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"),
        ready="Scheduler at:",
    )
    return process, line.split()[-1]


@pytest.fixture
def worker(start, scheduler, small_bank):
    def worker(name, bank=small_bank):
        return start(
            *("dask_worker", scheduler[1], "--no-nanny", "--nthreads", "1"),
            *("--no-dashboard", "--name", name),
            ready="Registered to:",
            BACKPREP_BANK=str(bank),
            WORKER=name,
        )[0]

    return worker


@pytest.fixture
def grading(workspace, small_bank, scheduler):
    """The command, as it runs on the cluster."""

    def grading(address=scheduler[1]):
        return subprocess.Popen(
            [*GRADE, "--scheduler", address],
            cwd=workspace,
            env={**os.environ, "BACKPREP_BANK": str(small_bank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return grading


def hand_in(workspace, person, text):
    path = workspace / "submissions" / person / "autograd" / "double.py"
    path.parent.mkdir(parents=True)
    path.write_text(text)


def written(workspace):
    text = (workspace / "results" / "verdicts.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_a_worker_that_dies_loses_nothing_and_another_bank_is_refused(
    workspace, small_bank, tmp_path, worker, grading
):
    """One answer says where it is judged, and waits until it may go on."""
    other = shutil.copytree(small_bank, tmp_path / "other")
    checks = other / "tests" / "autograd" / "test_double.py"
    checks.write_text(checks.read_text().replace("4, 8", "4, 9"))
    workers = {name: worker(name) for name in ("one", "two")}
    worker("third", bank=other)
    where = workspace / "where"
    os.mkfifo(where)
    for name in workers:
        os.mkfifo(workspace / name)
    waits = f"""
import os
with open({str(where)!r}, "w") as file:
    file.write(os.environ["WORKER"])
open(os.path.join({str(workspace)!r}, os.environ["WORKER"])).close()
"""
    hand_in(workspace, PEOPLE[0], waits + RIGHT)
    for n, person in enumerate(PEOPLE[1:]):
        hand_in(workspace, person, f"{RIGHT}# {n}\n")

    process = grading()
    first = where.read_text()
    workers[first].send_signal(signal.SIGKILL)
    second = where.read_text()
    (workspace / second).write_text("")
    out, said = process.communicate(timeout=300)

    assert process.returncode == 0, said
    assert {first, second} == {"one", "two"}
    assert said.count("\n") == 1
    assert "has another bank: it gets no answers." in said
    assert "4 of 4 answers judged." in out
    records = written(workspace)
    assert sorted(record["person"] for record in records) == PEOPLE
    assert {record["verdict"]["verdict"] for record in records} == {"passed"}
    refused = said.split()[0]
    judges = {record["worker"] for record in records}
    assert judges <= {line for line in judges if line.startswith("tcp://127.0.0.1:")}
    assert refused not in judges


def test_without_a_worker_that_may_judge_nothing_is_lost(
    workspace, tmp_path, worker, grading
):
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    worker("one", bank=nowhere)
    hand_in(workspace, "Ada", RIGHT)
    process = grading()
    _, said = process.communicate(timeout=300)
    assert process.returncode == BROKEN
    refused, last = said.splitlines()
    assert refused.endswith("has no bank: it gets no answers.")
    assert last.startswith("No worker can judge these answers.")
    assert written(workspace) == []


def test_a_scheduler_that_goes_away_keeps_what_was_judged(
    workspace, worker, grading, scheduler
):
    worker("one")
    where, go = workspace / "where", workspace / "go"
    os.mkfifo(where)
    os.mkfifo(go)
    hand_in(workspace, "Ada", RIGHT)
    waits = f"open({str(where)!r}, 'w').close()\nopen({str(go)!r}).close()\n"
    hand_in(workspace, "Bob", waits + RIGHT)
    process = grading()
    where.read_text()
    scheduler[0].send_signal(signal.SIGKILL)
    _, said = process.communicate(timeout=300)
    assert process.returncode == BROKEN
    assert said.startswith("The scheduler does not answer any more.")
    assert said.count("\n") == 1
    assert [record["person"] for record in written(workspace)] == ["Ada"]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "ftp://x:1"])
def test_a_scheduler_that_is_not_there_gets_one_sentence(workspace, grading, address):
    hand_in(workspace, "Ada", RIGHT)
    process = grading(address)
    _, said = process.communicate(timeout=300)
    assert process.returncode == USAGE
    assert said.startswith(f"No Dask scheduler answers at {address};")
    assert said.count("\n") == 1


def test_ctrl_c_in_a_finaliser_is_kept_until_something_waits():
    class Future:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    ctrl_c = cluster.CtrlC()
    with ctrl_c.kept():
        with ctrl_c.interrupts():
            pass
        future = Future()
        del future  # Python would drop what is raised in there
        with pytest.raises(KeyboardInterrupt), ctrl_c.interrupts():
            pytest.fail("nothing waits any more")
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_interrupts_what_waits():
    ctrl_c = cluster.CtrlC()
    with ctrl_c.kept(), pytest.raises(KeyboardInterrupt), ctrl_c.interrupts():
        signal.raise_signal(signal.SIGINT)
