"""The command, as a user runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.imported import imported_after

PASSED, NOT_PASSED, USAGE, BROKEN = 0, 1, 2, 3


def test_list_shows_every_topic(backprep):
    done = backprep("list")
    assert done.returncode == PASSED
    assert "gradient" in done.stdout
    assert "Mixed precision" in done.stdout


def test_list_as_json_has_an_object_a_line(backprep):
    rows = [json.loads(line) for line in backprep("list", "--json").stdout.splitlines()]
    assert len(rows) >= 16
    assert set(rows[0]) == {
        "id", "topic", "slug", "title", "kind", "level", "minutes", "attempted"
    }  # fmt: skip


@pytest.mark.parametrize("command", ["list", "show", "start", "hint", "reveal"])
def test_nothing_but_a_verdict_imports_torch(command, workspace):
    arguments = {"list": [], "reveal": ["gradient", "--yes"]}.get(command, ["gradient"])
    code = (
        "from backprep.cli.main import cli; "
        f"cli({[command, *arguments]!r}, standalone_mode=False)"
    )
    assert not {"torch", "numpy"} & imported_after(code)


def test_show_never_shows_the_solution(backprep):
    shown = backprep("show", "gradient").stdout
    assert "raise NotImplementedError" in shown
    assert "requires_grad_()" not in shown


def test_from_a_mistake_to_a_pass(backprep, write_answer, workspace):
    assert "answers/autograd/gradient.py" in backprep("start", "gradient").stdout
    write_answer(
        "def gradient(f, x):\n    x.requires_grad_()\n"
        "    f(x).sum().backward()\n    return x.grad\n"
    )
    wrong = backprep("check", "gradient")
    assert wrong.returncode == NOT_PASSED
    assert "✗ leaves x as it was" in wrong.stdout
    assert "your function changed its input `x`" in wrong.stdout
    assert "Looks like: marks the tensor it was given." in wrong.stdout
    write_answer()
    right = backprep("check", "gradient")
    assert right.returncode == PASSED
    assert "✗" not in right.stdout


def test_start_overwrites_nothing(backprep, write_answer):
    path = write_answer("mine = 1\n")
    done = backprep("start", "gradient")
    assert done.returncode == PASSED
    assert "stays as it is" in done.stdout
    assert path.read_text() == "mine = 1\n"


def test_reset_keeps_the_answer_and_says_how_to_get_it_back(backprep, write_answer):
    path = write_answer("mine = 1\n")
    said = backprep("reset", "gradient").stdout
    assert "raise NotImplementedError" in path.read_text()
    command = said.partition("To get it back: ")[2]
    subprocess.run(command, shell=True, cwd=path.parents[2], check=True)
    assert path.read_text() == "mine = 1\n"


def test_json_is_the_contract_and_nothing_else(backprep, write_answer):
    write_answer("def gradient(f, x):\n    print('seen')\n    return x\n")
    done = backprep("check", "gradient", "--json")
    assert done.returncode == NOT_PASSED
    (line,) = done.stdout.splitlines()
    verdict = json.loads(line)
    assert list(verdict) == [
        "schema", "question", "verdict", "seconds", "passed", "total", "checks",
        "output",
    ]  # fmt: skip
    assert (verdict["schema"], verdict["question"]) == (1, "autograd/gradient")
    assert verdict["verdict"] == "failed"
    assert verdict["total"] == len(verdict["checks"])
    assert 0 < verdict["passed"] < verdict["total"]
    assert list(verdict["checks"][0]) == ["name", "title", "outcome", "message", "line"]
    assert verdict["output"].startswith("seen\n")


def test_all_checks_what_is_there(backprep, write_answer):
    write_answer()
    write_answer("x = 1\n", "autograd/leaky_graph")
    done = backprep("check", "--all", "--json")
    verdicts = {
        v["question"]: v["verdict"] for v in map(json.loads, done.stdout.splitlines())
    }
    assert verdicts["autograd/gradient"] == "passed"
    assert len(verdicts) == 2
    assert done.returncode == NOT_PASSED


def test_full_adds_the_report_of_pytest(backprep, write_answer):
    write_answer("def gradient(f, x):\n    return x.missing\n")
    done = backprep("check", "gradient", "--full")
    assert "AttributeError" in done.stdout
    assert "def test_gives_four_six_eight" in done.stdout


def test_full_reports_every_failure(backprep, write_answer):
    """However much the first ones say, and the answer prints."""
    write_answer("def gradient(f, x):\n    print('x' * 5000)\n    return x.missing\n")
    done = backprep("check", "gradient", "--full")
    failed = [line for line in done.stdout.splitlines() if line.startswith("  ✗ ")]
    assert len(failed) == 10
    assert done.stdout.count("E       AttributeError") == 10
    told = json.loads(backprep("check", "gradient", "--full", "--json").stdout)
    messages = [c["message"] for c in told["checks"] if c["outcome"] == "failed"]
    assert all("E       AttributeError" in message for message in messages)


@pytest.mark.parametrize("timeout", ["0", "-1", "abc", "nan", "inf"])
def test_a_timeout_must_be_a_number_of_seconds(backprep, write_answer, timeout):
    write_answer()
    done = backprep("check", "gradient", f"--timeout={timeout}")
    assert done.returncode == USAGE
    assert f"{timeout} is not a number of seconds above 0" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "gradent"], "Did you mean autograd/gradient?"),
        (["check", "gradient", "--answers", "nowhere"], "There is no folder nowhere"),
        (["check"], "Name one question, or say --all."),
        (["check", "gradient", "--all"], "Name one question, or say --all."),
        (["show", "../etc/passwd"], "There is no question"),
        (["hint", "gradient", "4"], "4 is not in the range 1<=x<=3"),
        (["reveal", "gradient"], "Say --yes"),
        (["new", "autograd/my-question"], "cannot name a Python module"),
        (["new", "gradients/mine"], "names no topic"),
        (["chekc"], "No such command"),
    ],
)
def test_a_wrong_command_line_gets_a_sentence_and_exit_code_2(
    backprep, workspace, arguments, said
):
    if "nowhere" not in arguments:
        (workspace / "answers").mkdir()
    done = backprep(*arguments)
    assert done.returncode == USAGE
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_answer_is_not_attempted(backprep, workspace):
    (workspace / "answers").mkdir()
    done = backprep("check", "gradient", "--json")
    assert done.returncode == NOT_PASSED
    assert json.loads(done.stdout)["verdict"] == "not attempted"


def test_a_broken_bank_is_exit_code_3(backprep, tmp_path):
    done = backprep("list", BACKPREP_BANK=str(tmp_path / "nothing"))
    assert done.returncode == BROKEN
    assert "has no questions" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_where_the_folder_should_be_is_named(backprep, workspace):
    (workspace / "answers").write_text("")
    done = backprep("start", "gradient")
    assert done.returncode == BROKEN
    assert "a part of its path is a file, not a folder" in done.stderr


def test_a_full_disk_loses_nothing(backprep, workspace):
    code = (
        "import pathlib, errno, sys\n"
        "def full(self, *a, **k):\n"
        "    raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "pathlib.Path.write_text = full\n"
        "sys.argv = ['backprep', 'start', 'gradient']\n"
        "from backprep.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == BROKEN
    assert "cannot be written: No space left on device." in done.stderr
    assert not list((workspace / "answers").rglob("*.py"))


def test_a_reader_that_goes_away_is_no_traceback(workspace):
    done = subprocess.run(
        f"{sys.executable} -m backprep list | head -1",
        shell=True, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr


def test_without_unicode_the_signs_are_ascii(backprep, write_answer):
    write_answer()
    done = backprep("check", "gradient", PYTHONIOENCODING="ascii")
    assert "  + leaves x as it was" in done.stdout


def test_no_colour_where_no_one_wants_it(write_answer):
    """A terminal that says NO_COLOR gets none."""
    import pty

    write_answer()
    for environment, coloured in ({}, True), ({"NO_COLOR": "1"}, False):
        ours, theirs = pty.openpty()
        subprocess.run(
            [sys.executable, "-m", "backprep", "check", "gradient"],
            stdout=theirs,
            stderr=subprocess.DEVNULL,
            check=True,
            env={**os.environ, "TERM": "xterm", **environment},
        )
        os.close(theirs)
        assert (b"\x1b[" in os.read(ours, 1 << 16)) is coloured


@pytest.mark.parametrize("command", ["check", "practice", "history"])
def test_completion_knows_the_questions(command):
    done = subprocess.run(
        [Path(sys.executable).with_name("backprep")],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "_BACKPREP_COMPLETE": "bash_complete",
            "COMP_WORDS": f"backprep {command} grad",
            "COMP_CWORD": "2",
        },
    )
    assert "autograd/gradient" in done.stdout


def test_hints_come_one_at_a_time(backprep):
    first = backprep("hint", "gradient").stdout
    assert "backprep hint gradient 2" in first
    assert "allow_unused" not in first
    assert "allow_unused" in backprep("hint", "gradient", 3).stdout


def test_reveal_shows_examples_with_their_output(backprep):
    said = backprep("reveal", "gradient", "--yes").stdout
    assert 'title="docs/examples/autograd/gradient.py"' in said
    assert "\ntensor([4., 6., 8.])\n" in said
    assert "{{ example" not in said


def test_a_picture_is_said_once_in_the_terminal(backprep, small_bank):
    (small_bank / "solutions/autograd/double.md").write_text(
        "See:\n\n"
        "![Two of them](../../assets/two-light.svg#only-light)\n"
        "![Two of them](../../assets/two-dark.svg#only-dark)\n\n"
        "## Rubric\n"
    )
    said = backprep("reveal", "double", "--yes", BACKPREP_BANK=small_bank).stdout
    assert "See:\n\n[Picture: Two of them]\n\n## Rubric\n" in said


def test_reveal_shows_the_way_from_ones_own_answer(backprep, write_answer):
    write_answer("def gradient(f, x):\n    return x\n")
    said = backprep("reveal", "gradient", "--yes").stdout
    assert "-    return x" in said
    assert "torch.func.vjp(f, x.detach())" in said
    assert "marks the tensor it was given" in said
    assert "Must have" in said


def test_doctor_finds_this_place_healthy(backprep):
    done = backprep("doctor")
    assert done.returncode == PASSED, done.stdout
    assert "torch 2" in done.stdout
    assert "a warm verdict took" in done.stdout
    assert "journal.db holds 0 events" in done.stdout


def test_doctor_names_a_workspace_that_cannot_be_used(backprep, workspace):
    (workspace / "file").write_text("")
    done = backprep("doctor", "--answers", "file/answers")
    assert done.returncode == BROKEN
    assert "✗ the folder file/answers cannot be written in" in done.stdout


def test_doctor_names_a_journal_that_cannot_be_used(backprep, workspace):
    (workspace / "file").write_text("")
    done = backprep("doctor", BACKPREP_HOME=str(workspace / "file/home"))
    assert done.returncode == BROKEN
    assert "Set BACKPREP_HOME to a folder that you can write." in done.stdout
