"""`backprep grade` on this machine: what is judged, what is not, and what is said."""

import json
import os
import signal
import subprocess
import sys

import pytest

from backprep.exit_codes import INTERRUPTED, USAGE

BACKPREP = sys.executable, "-m", "backprep"
RIGHT = "def double(x):\n    return x + x\n"
ADDS_ONE = "def double(x):\n    return x + 1\n"
STARTER = "def double(x):\n    raise NotImplementedError\n"


@pytest.fixture
def hand_in(workspace):
    def hand_in(**answers):
        for person, text in answers.items():
            path = workspace / "submissions" / person / "autograd" / "double.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return hand_in


@pytest.fixture
def environment(small_bank):
    return {"BACKPREP_BANK": str(small_bank), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def grade(backprep, environment):
    def grade(*options, out="results"):
        arguments = ("submissions", "--out", out, "--workers", "2", *options)
        return backprep("grade", *arguments, **environment)

    return grade


@pytest.fixture
def written(workspace):
    def written():
        text = (workspace / "results" / "verdicts.jsonl").read_text()
        return [json.loads(line) for line in text.splitlines()]

    return written


def verdicts(records):
    return {
        record["person"]: record["verdict"] and record["verdict"]["verdict"]
        for record in records
    }


def test_every_answer_gets_its_verdict_and_keeps_it(grade, hand_in, written):
    hand_in(Ada=RIGHT, Bob=ADDS_ONE, Cleo=STARTER, Dan=ADDS_ONE, Eve="x = (")
    done = grade()
    assert done.returncode == 0, done.stderr
    assert "5 answers to judge." in done.stdout
    assert "5 of 5 answers judged." in done.stdout
    first = written()
    assert verdicts(first) == {
        "Ada": "passed",
        "Bob": "failed",
        "Cleo": "not attempted",
        "Dan": "failed",
        "Eve": "error",
    }
    ada = next(record for record in first if record["person"] == "Ada")
    assert ada["worker"] == "this machine"
    assert ada["versions"].keys() == {"backprep", "torch", "python"}
    assert ada["verdict"]["passed"] == 3

    again = grade()
    assert again.returncode == 0
    assert "0 answers to judge; 5 judged before have not changed." in again.stdout
    assert written() == first

    hand_in(Bob=RIGHT)
    assert "1 answer to judge; 4 judged before" in grade().stdout
    assert len(written()) == len(first) + 1
    assert verdicts(written())["Bob"] == "passed"


def test_other_checks_judge_again(grade, hand_in, written, small_bank):
    hand_in(Ada=RIGHT)
    grade()
    checks = small_bank / "tests" / "autograd" / "test_double.py"
    checks.write_text(checks.read_text().replace("4, 8", "4, 9"))
    assert "1 answer to judge." in grade().stdout
    assert len({record["checks"] for record in written()}) == 2


def test_what_cannot_be_read_is_said_once(grade, hand_in, written, workspace):
    hand_in(Ada=RIGHT, Bob="#" * 300_000)
    for _ in range(2):
        assert grade().returncode == 0
        problems = {record["person"]: record["problem"] for record in written()}
        assert problems["Ada"] is None
        assert problems["Bob"].startswith("autograd/double.py is larger than 256 kB")
        assert len(written()) == 2


def test_an_answer_that_writes_to_its_neighbour_changes_nothing_there(
    grade, hand_in, written, workspace
):
    """Nor does it find the neighbour's answer where its own is judged."""
    there = workspace / "submissions"
    attack = f"""
import pathlib
for folder in (pathlib.Path({str(there)!r}), pathlib.Path(__file__).parents[2]):
    for answer in folder.glob("*/autograd/double.py"):
        if answer != pathlib.Path(__file__):
            answer.write_text({ADDS_ONE!r})
"""
    hand_in(Ada=attack + RIGHT, Bob=RIGHT + "# Bob\n", Cleo=RIGHT + "# Cleo\n")
    assert grade("--workers", "1").returncode == 0
    assert verdicts(written()) == {"Ada": "passed", "Bob": "passed", "Cleo": "passed"}
    assert (there / "Bob" / "autograd" / "double.py").read_text() == ADDS_ONE


def test_an_answer_that_ends_its_judge_costs_nobody_else(grade, hand_in, written):
    ends = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n"
    hand_in(Ada=ends + RIGHT, Bob=RIGHT + "# Bob\n", Cleo=RIGHT + "# Cleo\n")
    assert grade("--workers", "1").returncode == 0
    found = verdicts(written())
    assert found.pop("Ada") in ("crashed", None)
    assert found == {"Bob": "passed", "Cleo": "passed"}


def test_a_run_that_is_stopped_goes_on_where_it_was(
    grade, hand_in, written, workspace, environment
):
    gate, held = workspace / "gate", "import os\n"
    os.mkfifo(gate)
    held += f"open({str(gate)!r}, 'w').close()\n" + RIGHT
    hand_in(Ada=RIGHT, Bob=held, Cleo=RIGHT + "# Cleo\n", Dan=RIGHT + "# Dan\n")
    process = subprocess.Popen(
        [*BACKPREP, "grade", "submissions", "--out", "results", "--workers", "1"],
        cwd=workspace,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for line in process.stdout:
        if line.startswith("1 of 4"):
            break
    # as a terminal does it: to every process of the command
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=300)
    assert process.returncode == INTERRUPTED
    goes_on = "The same command goes on from there."
    assert said == f"Stopped: 1 of 4 answers judged. {goes_on}\n"
    assert verdicts(written()) == {"Ada": "passed"}

    hand_in(Bob=RIGHT + "# Bob\n")
    done = grade()
    assert "3 answers to judge; 1 judged before" in done.stdout
    assert list(verdicts(written()).values()) == ["passed"] * 4
    assert len(written()) == 4


def said_of(done, code):
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_bad_input_gets_one_sentence(grade, hand_in, workspace):
    assert "There is no folder submissions" in said_of(grade(), USAGE)
    folder = workspace / "submissions"
    folder.mkdir()
    assert "holds no submission" in said_of(grade(), USAGE)
    hand_in(Ada=RIGHT)
    (folder / "Ada" / "autograd" / "double.py").rename(folder / "Ada" / "double.py")
    assert "holds an answer to a question" in said_of(grade(), USAGE)
    assert "lies in the folder" in said_of(grade(out="submissions/results"), USAGE)
    assert not (workspace / "results").exists()


def test_results_of_another_version_are_refused(grade, hand_in, workspace):
    hand_in(Ada=RIGHT)
    (workspace / "results").mkdir()
    path = workspace / "results" / "verdicts.jsonl"
    path.write_text('{"schema": 2}\n')
    assert "another version of backprep" in said_of(grade(), USAGE)
    assert path.read_text() == '{"schema": 2}\n'
    assert [path.name for path in path.parent.iterdir()] == [path.name]


def test_points_and_feedback_are_written_under_numbers(grade, hand_in, workspace):
    hand_in(Ada=RIGHT, Bob=ADDS_ONE)
    options = "--csv", "points.csv", "--points", "checks", "--feedback", "told"
    done = grade(*options, "--anonymous")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "results/index.html shows how they did."
    header, *rows = (workspace / "points.csv").read_text().splitlines()
    assert header == "person,autograd/double,total"
    assert sorted(row.partition(",")[2] for row in rows) == ["0.3333,0.3333", "1,1"]
    assert sorted(row.partition(",")[0] for row in rows) == ["Person 001", "Person 002"]
    told = sorted((workspace / "told").iterdir())
    assert [path.name for path in told] == ["Person 001.md", "Person 002.md"]
    shown = [path.read_text() for path in told]
    shown.append((workspace / "results" / "index.html").read_text())
    for text in shown:
        assert "Ada" not in text
        assert "Bob" not in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--csv", "submissions"), "submissions is a folder; --csv needs a file's"),
        (("--feedback", "a_file"), "a_file is a file; --feedback needs a folder's"),
    ],
)
def test_a_place_for_what_is_written_is_looked_at_first(
    grade, hand_in, workspace, options, said
):
    hand_in(Ada=RIGHT)
    (workspace / "a_file").touch()
    done = grade(*options)
    assert done.returncode == USAGE
    assert said in done.stderr
    assert not (workspace / "results").exists()
