"""The product where a system has no fork, no fcntl, no Unix sockets and no /proc.

They are taken away from each process before it imports anything: what is walked
through here stands in for systems on which these tests were not run.
"""

import contextlib
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from backprep.bank.questions import read_question

TAKEN_AWAY = Path(__file__).parents[1] / "helpers" / "without_posix"
PRACTISED = """
import asyncio
from pathlib import Path
from backprep.bank.questions import load_questions
from backprep.journal.journal import Journal, home
from backprep.practice.coach import Coach
from backprep.screen.app import Practice

async def practise():
    coach = Coach(Journal(home()), Path("answers"), load_questions())
    app = Practice(coach, coach.questions["autograd/gradient"])
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
    return [attempt.question for attempt in coach.unfinished()]

print(asyncio.run(practise()))
"""


@pytest.fixture
def environment(monkeypatch):
    """Of every process that this test starts."""
    monkeypatch.setenv("PYTHONPATH", str(TAKEN_AWAY))
    monkeypatch.delenv("BACKPREP_JUDGE", raising=False)


def test_it_is_taken_away(environment):
    code = (
        "import os, socket, signal; "
        "from backprep.judge.system import System; print(System.found())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"=(\w+)", said) == ["False"] * 6


def test_an_answer_is_begun_judged_and_counted(backprep, environment, workspace):
    begun = backprep("start", "gradient")
    assert (begun.returncode, begun.stderr) == (0, "")
    untouched = backprep("check", "gradient")
    assert "Not started" in untouched.stdout
    solution = read_question("autograd/gradient").solution_path.read_text()
    answer = workspace / "answers" / "autograd" / "gradient.py"
    answer.write_text(solution)
    passed = backprep("check", "gradient")
    assert (passed.returncode, passed.stderr) == (0, "")
    assert "passed" in passed.stdout
    answer.write_text(solution.replace("def gradient", "def slope"))
    failed = backprep("check", "gradient")
    assert failed.returncode == 1
    assert "gradient" in failed.stdout
    told = backprep("history", "gradient")
    assert told.returncode == 0, told.stderr


def test_an_endless_loop_is_stopped_at_its_line(backprep, environment, workspace):
    answer = workspace / "answers" / "autograd" / "gradient.py"
    answer.parent.mkdir(parents=True)
    answer.write_text("def gradient(f, x):\n    while True:\n        pass\n")
    told = backprep("check", "gradient", "--timeout", "1")
    assert "gradient.py:2" in told.stdout


def test_doctor_says_what_cannot_be_done(backprep, environment):
    told = backprep("doctor").stdout
    assert "in a fresh process each: this system has no safe fork" in told
    assert "memory is not limited here" in told
    assert "may run on here after its verdict" in told
    assert "a warm verdict" not in told


def test_the_screen_opens_and_begins_an_attempt(environment, workspace):
    done = subprocess.run(
        [sys.executable, "-c", PRACTISED],
        cwd=workspace,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "['autograd/gradient']\n"


def test_the_site_is_served(environment, workspace):
    (workspace / "site").mkdir()
    (workspace / "site" / "index.html").write_text("<h1>the site</h1>")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "backprep",
            "serve",
            "--site",
            "site",
            "--port",
            str(port),
        ],
        cwd=workspace,
        stdout=subprocess.DEVNULL,
        env=dict(os.environ),
    ) as server:
        page = ""
        while not page and server.poll() is None:
            with (
                contextlib.suppress(urllib.error.URLError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer,
            ):
                page = answer.read().decode()
        server.terminate()
    assert "the site" in page
