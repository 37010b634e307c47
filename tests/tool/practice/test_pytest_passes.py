"""What `pytest --answers` judges counts as what `check` judges."""

import subprocess
import sys

import pytest

from backprep.bank.questions import read_question
from backprep.journal.journal import Journal


@pytest.fixture
def judged(workspace, home):
    """Run pytest on the answers; gives what it said and the events by then."""

    def run(*arguments):
        command = [sys.executable, "-m", "pytest", "--answers", "answers", "-q"]
        done = subprocess.run(
            [*command, *arguments],
            cwd=workspace,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        events = [event for _, event in Journal(home).events()]
        return done.stdout, [event.kind for event in events]

    return run


@pytest.fixture
def checks():
    return str(read_question("autograd/gradient").checks_path)


@pytest.mark.parametrize("options", [[], ["-n", "2"]])
def test_a_pass_is_known_and_said(judged, write_answer, checks, options):
    write_answer()
    said, kinds = judged(checks, *options)
    assert "autograd/gradient: Hard: passed with no clock running. Next: " in said
    assert kinds == ["passed_untimed"]


def test_some_of_the_checks_are_no_pass(judged, write_answer, checks):
    write_answer()
    assert judged(checks, "-k", "leaves_x")[1] == []


def test_a_failure_is_no_pass(judged, write_answer, checks):
    write_answer("def gradient(f, x):\n    return x\n")
    assert judged(checks)[1] == []


def test_in_an_attempt_it_is_a_run(judged, write_answer, checks, home, workspace):
    from backprep.practice.coach import Coach

    question = read_question("autograd/gradient")
    coach = Coach(Journal(home), workspace / "answers", [question])
    coach.begin(question)
    write_answer("def gradient(f, x):\n    return x\n")
    assert judged(checks)[1][-1] == "ran"


def test_the_reference_solutions_are_nobodys(judged, checks, home):
    question = read_question("autograd/gradient")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            checks,
            "--answers",
            question.root / "solutions",
        ],
        check=True,
        capture_output=True,
    )
    assert list(Journal(home).events()) == []
