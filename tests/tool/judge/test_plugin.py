"""`pytest --answers DIR`, as a candidate runs it."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from backprep.bank import source
from backprep.bank.questions import bank_root, load_questions, read_question

ROOT = bank_root()
WRONG = """\
import torch


def gradient(f, x):
    print("printed by the answer")
    x.requires_grad_()
    return torch.autograd.grad(f(x).sum(), x)[0]
"""


@pytest.fixture
def run_pytest(workspace):
    def run(*arguments, cwd=workspace, stdin=None):
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
            cwd=cwd,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        )

    return run


def closing_line(done):
    return done.stdout.strip().splitlines()[-1]


def test_a_right_answer_passes_and_the_rest_is_counted(run_pytest, write_answer):
    write_answer()
    done = run_pytest("--answers", "answers")
    assert done.returncode == 0, done.stdout
    others = len(load_questions()) - 1
    assert f"{others} questions not attempted in" in done.stdout
    assert re.search(r"\d+ passed, \d+ deselected", closing_line(done))


@pytest.mark.parametrize("place", ["clone", "empty folder"])
def test_no_development_tool_is_needed(run_pytest, write_answer, workspace, place):
    write_answer()
    if place == "clone":
        shutil.copy(ROOT / "pyproject.toml", workspace)
        (workspace / "tests").mkdir()
    without = ("-p", "no:benchmark", "-p", "no:xdist")
    done = run_pytest("--answers", "answers", *without)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+ passed", closing_line(done))
    assert "warning" not in closing_line(done), done.stdout


def test_a_wrong_answer_is_told_why_in_the_same_words(run_pytest, write_answer):
    write_answer(WRONG)
    done = run_pytest("--answers", "answers", "-x")
    assert done.returncode == 1
    assert "your function changed its input `x`: it requires grad" in done.stdout
    advice = source.docstrings(
        read_question("autograd/gradient").checks_path.read_text()
    )
    assert advice["test_leaves_x_as_it_was"] in done.stdout
    assert "printed by the answer" in done.stdout
    assert "conftest.py" not in done.stdout
    assert "1 failed" in closing_line(done)


def test_pytests_own_report_is_there_for_the_asking(run_pytest, write_answer):
    write_answer(WRONG)
    done = run_pytest("--answers", "answers", "--tb=long", "-k", "leaves_x_as_it_was")
    assert "def test_leaves_x_as_it_was" in done.stdout


def test_two_processes_give_the_same_verdict(run_pytest, write_answer):
    write_answer(WRONG)
    alone = closing_line(run_pytest("--answers", "answers"))
    done = run_pytest("--answers", "answers", "-n", "2")
    counts = re.compile(r"(\d+) (failed|passed)")
    assert counts.findall(closing_line(done)) == counts.findall(alone)
    assert "questions not attempted" in done.stdout


def test_a_single_file_can_be_named(run_pytest, write_answer):
    answers = write_answer().parents[1]
    file = "tests/autograd/test_gradient.py"
    done = run_pytest("--answers", str(answers), file, cwd=ROOT)
    assert done.returncode == 0
    assert "not attempted" not in done.stdout
    other = "tests/autograd/test_leaky_graph.py"
    done = run_pytest("--answers", str(answers), other, cwd=ROOT)
    assert done.returncode == 5
    assert "1 question not attempted" in done.stdout


def test_the_tools_own_tests_do_not_run(run_pytest, write_answer):
    answers = write_answer().parents[1]
    done = run_pytest("--answers", str(answers), "-v", cwd=ROOT)
    assert done.returncode == 0
    assert "tests/tool" not in done.stdout
    assert "test_every_question" not in done.stdout
    assert "tests/facts" not in done.stdout


def test_what_the_tools_own_tests_need_is_not_asked_for(
    run_pytest, write_answer, small_bank, monkeypatch
):
    monkeypatch.setenv("BACKPREP_BANK", str(small_bank))
    other = small_bank / "tests/tool/conftest.py"
    other.parent.mkdir()
    other.write_text("import a_development_tool\n")
    (other.parent / "test_tool.py").write_text("")
    write_answer("def double(x):\n    return 2 * x\n", "autograd/double")
    done = run_pytest("--answers", "answers")
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_answer_that_cannot_be_imported_fails_each_check(run_pytest, write_answer):
    write_answer("def gradient(f, x)\n")
    done = run_pytest("--answers", "answers")
    assert done.returncode == 1
    assert "gradient.py:1: expected ':'" in done.stdout
    assert "passed" not in closing_line(done)


def test_an_answer_cannot_skip_its_checks(run_pytest, write_answer):
    write_answer("import pytest\n\n\ndef gradient(f, x):\n    pytest.skip('no')\n")
    done = run_pytest("--answers", "answers")
    assert done.returncode == 1
    assert "the answer raised Skipped: no" in done.stdout


def test_a_folder_that_is_not_there_is_a_usage_error(run_pytest):
    done = run_pytest("--answers", "nowhere")
    assert done.returncode == 4
    assert "there is no folder nowhere" in done.stderr


def test_a_breakpoint_stops(run_pytest, write_answer):
    write_answer("def gradient(f, x):\n    breakpoint()\n    return x\n")
    done = run_pytest("--answers", "answers", "-x", stdin="p 6 * 7\nq\n")
    assert "gradient.py(3)gradient()" in done.stdout or "gradient.py(2)" in done.stdout
    assert "42" in done.stdout


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_loader_workers_see_the_answer(run_pytest, write_answer, method, small_bank):
    """However a worker is started, it knows the answer by its module's name."""
    text = """\
from torch.utils.data import DataLoader, Dataset


class _Doubled(Dataset):
    def __init__(self, x):
        self.x = x

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return 2 * self.x[i].detach()


def double(x):
    loader = DataLoader(
        _Doubled(x), batch_size=len(x), num_workers=1, multiprocessing_context=%r
    )
    return next(iter(loader))
"""
    answers = write_answer(text % method, "autograd/double").parents[1]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--answers", str(answers)),
            *("-k", "test_doubles and not device", "-p", "no:cacheprovider"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "BACKPREP_BANK": str(small_bank)},
    )
    assert "1 passed" in closing_line(done), done.stdout


HELPED = """\
import helper


def {name}:
    return helper.answer({arguments})
"""


def test_each_answer_has_the_modules_beside_it(run_pytest, write_answer):
    """Two topics may have a `helper` each, and a function may import its own late."""
    wrong = write_answer(HELPED.format(name="gradient(f, x)", arguments="f, x"))
    right = write_answer(
        "class TextClassifier:\n    def __new__(cls, *args):\n"
        "        import helper\n\n        return helper.TextClassifier(*args)\n",
        "model_building/text_classifier",
    )
    (wrong.parent / "helper.py").write_text("def answer(f, x):\n    return 2 * x\n")
    solution = read_question("model_building/text_classifier").solution_path
    (right.parent / "helper.py").write_text(solution.read_text())
    done = run_pytest("--answers", "answers", "-k", "gives", "-rA")
    assert re.findall(r"^(\w+) \S*(test_\w+\.py)", done.stdout, re.MULTILINE) == [
        ("PASSED", "test_text_classifier.py"),
        ("PASSED", "test_text_classifier.py"),
        ("FAILED", "test_gradient.py"),
    ]
    assert not list(wrong.parent.glob("__pycache__/helper*"))


@pytest.mark.parametrize("style", [[], ["--tb=long"], ["--tb=short"]])
def test_what_an_answer_says_commands_no_terminal(run_pytest, write_answer, style):
    write_answer(
        "import sys\n\n\ndef gradient(f, x):\n"
        "    print('\\x1b]0;printed\\x07')\n"
        "    raise ValueError('half \\ud800 and \\x1b]0;raised\\x07')\n"
    )
    done = run_pytest("--answers", "answers", *style)
    assert done.returncode == 1, done.stderr
    assert "\x1b" not in done.stdout
    assert r"\x1b]0;printed\x07" in done.stdout
    assert r"half \ud800 and \x1b]0;raised\x07" in done.stdout


def test_an_answer_that_is_a_fifo_is_said(run_pytest, write_answer):
    path = write_answer()
    path.unlink()
    os.mkfifo(path)
    done = run_pytest("--answers", "answers")
    assert done.returncode == 1
    assert f"{path} is a FIFO; an answer is a file of Python." in done.stdout


def test_an_answer_that_skips_itself_fails_each_check(run_pytest, write_answer):
    write_answer("import pytest\n\npytest.skip('no', allow_module_level=True)\n")
    done = run_pytest("--answers", "answers")
    assert done.returncode == 1
    assert "importing the answer raised Skipped: no" in done.stdout
    assert "passed" not in closing_line(done)
