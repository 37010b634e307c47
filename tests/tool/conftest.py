"""A workspace with answers, and the command as a user runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from backprep.bank.questions import load_questions, read_question
from backprep.cli.main import cli
from backprep.clock import SystemClock
from backprep.journal.journal import Journal
from backprep.practice.coach import Coach
from tests.tool.fakes import FakeClock, FakeJudge


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A journal's folder of the test's own; nobody's real one is touched."""
    folder = tmp_path / "home"
    monkeypatch.setenv("BACKPREP_HOME", str(folder))
    return folder


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """An empty folder, which is the current one."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def write_answer(workspace):
    """Write an answer in the workspace; without a text, the reference solution."""

    def write(text=None, question="autograd/gradient"):
        path = workspace / "answers" / f"{question}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or read_question(question).solution_path.read_text())
        return path

    return write


@pytest.fixture
def backprep(workspace):
    """Run `backprep` in a process of its own, in the workspace."""

    def run(*arguments, stdin="", **environment):
        return subprocess.run(
            [sys.executable, "-m", "backprep", *map(str, arguments)],
            cwd=workspace,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, "COLUMNS": "88", **environment},
        )

    return run


@pytest.fixture
def small_bank(tmp_path):
    """A bank of one question, `autograd/double`, that a test may spoil."""
    root = tmp_path / "bank"
    texts = {
        "questions/autograd/double.md": PROMPT,
        "questions/autograd/index.md": "---\norder: 1\n---\n\n# Autograd\n",
        "solutions/autograd/double.py": SOLUTION,
        "solutions/autograd/double.md": "Twice.\n\n## Rubric\n",
        "tests/autograd/test_double.py": CHECKS,
        "tests/autograd/wrong_double.py": NEAR_MISSES,
        "solutions/__init__.py": "",
        "tests/__init__.py": "",
        "tests/conftest.py": (Path(__file__).parents[1] / "conftest.py").read_text(),
    }
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def judge():
    return FakeJudge()


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "home")
    yield journal
    journal.close()


@pytest.fixture
def new_coach(tmp_path, clock, judge):
    """Another coach on the same journal, as another process would have it."""

    def new(journal=None):
        journal = journal or Journal(tmp_path / "home")
        answers = tmp_path / "answers"
        return Coach(journal, answers, load_questions(), clock=clock, judge=judge)

    return new


@pytest.fixture
def coach(new_coach, journal):
    return new_coach(journal)


@pytest.fixture
def gradient(coach):
    return coach.questions["autograd/gradient"]


@pytest.fixture
def work_on(coach, clock):
    """Work at an attempt for some seconds, with a tick in each."""

    def work(attempt, seconds, coach=coach):
        for _ in range(seconds):
            clock.work(1)
            assert coach.tick(attempt.id) == 0

    return work


@pytest.fixture
def command(tmp_path, clock, home, monkeypatch):
    """Run a command in this process, by the test's clock and over its journal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "88")
    for name in ("now", "monotonic", "boottime"):
        monkeypatch.setattr(SystemClock, name, staticmethod(getattr(clock, name)))

    def run(*arguments, stdin=""):
        done = CliRunner().invoke(cli, list(map(str, arguments)), input=stdin)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


@pytest.fixture
def practise(coach, clock, judge, tmp_path):
    """Work at a question for some minutes, with an answer that is not the starter."""

    def practise(question, minutes, outcome="passed", hints=0, **beginning):
        attempt = coach.begin(coach.questions[question], **beginning)
        coach.questions[question].answer_path(tmp_path / "answers").write_text(
            "mine = 1\n"
        )
        clock.work(minutes * 60)
        for level in range(1, hints + 1):
            coach.hint(attempt.id, level)
        if outcome == "revealed":
            coach.reveal(attempt.id)
            outcome = "gave up"
        if outcome in ("passed", "failed"):
            judge.says = outcome
            coach.run(attempt.id)
        coach.finish(attempt.id, outcome)
        return coach.attempt(attempt.id)

    return practise


PROMPT = """\
---
kind: code
level: easy
minutes: 10
---

# Twice as much

Write `double(x)`.

## Hints

1. One.
2. Two.
3. Three.

## Follow-ups

1. Why?
"""

SOLUTION = '''\
"""Twice the value."""

from torch import Tensor


def double(x: Tensor) -> Tensor:
    """Twice x."""
    return 2 * x
'''

CHECKS = '''\
import pytest
import torch
from torch.testing import assert_close

from solutions.autograd.double import double


def test_doubles():
    """Add it to itself."""
    x = torch.ones(4, 8)
    assert_close(double(x), torch.full((4, 8), 2.0))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_doubles_on_the_device():
    """Use the device of x."""
    x = torch.ones(2, device="cuda")
    assert_close(double(x), torch.full((2,), 2.0, device="cuda"))


def test_stays_finite():
    """Large values are values."""
    x = torch.full((2,), 1001.0)
    assert_close(double(x), torch.full((2,), 2002.0))


def test_has_a_gradient():
    """Every operation must be differentiable."""
    x = torch.ones(3, requires_grad=True)
    double(x).sum().backward()
    assert_close(x.grad, torch.full((3,), 2.0))
'''

NEAR_MISSES = '''\
from backprep.testing import fails


@fails("test_doubles", "test_stays_finite")
def adds_one(x):
    """Right for one and wrong for everything else."""
    return x + 1 + 0 * x


@fails("test_has_a_gradient")
def detaches(x):
    """Nothing before it learns."""
    return 2 * x.detach()
'''
