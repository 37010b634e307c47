"""The first line of each kind of failure."""

import os
import re
import subprocess
import sys

import pytest

from backprep.bank.questions import read_question
from backprep.judge import client

GRADIENT = read_question("autograd/gradient")


@pytest.fixture
def judged(write_answer):
    """The verdict on a text as the answer to autograd/gradient."""

    def judge_text(text, timeout=10.0):
        answers = write_answer(text).parents[1]
        return client.judge(GRADIENT, answers, timeout=timeout)

    return judge_text


def first(verdict):
    """The first message that a failure shows."""
    told = [c for c in verdict.checks if c.outcome in ("failed", "error")]
    return told[0].message if told else verdict.summary


@pytest.fixture
def doubled(small_bank, write_answer, monkeypatch):
    """The verdict on a text as the answer to the small bank's question."""
    monkeypatch.setenv("BACKPREP_BANK", str(small_bank))

    def judge_text(text):
        path = write_answer(text, "autograd/double")
        return client.judge(
            read_question("autograd/double"), path.parents[1], daemon=False
        )

    return judge_text


def test_an_untouched_starter_is_not_an_attempt(judged):
    from backprep.bank.starter import starter

    verdict = judged(starter(GRADIENT))
    assert verdict.verdict == "not attempted"
    assert verdict.summary == (
        "Not started: `gradient` still raises NotImplementedError "
        "(answers/autograd/gradient.py:9). Not counted as an attempt."
    )


def test_a_missing_answer_is_not_an_attempt(workspace):
    verdict = client.judge(GRADIENT, workspace / "answers")
    assert verdict.verdict == "not attempted"
    assert "backprep start gradient" in verdict.summary


def test_a_syntax_error_shows_the_line_and_a_caret(judged):
    verdict = judged("def other():\n    pass\ndef gradient(f, x)\n    return x\n")
    assert verdict.verdict == "error"
    assert verdict.summary.splitlines() == [
        "gradient.py:3: expected ':'",
        "    def gradient(f, x)",
        "                      ^",
    ]
    assert verdict.checks[0].line == 3


def test_an_exception_at_import_names_its_line(judged):
    verdict = judged("import torch\n\nscale = 1 / 0\n")
    assert verdict.verdict == "error"
    assert verdict.summary == (
        "gradient.py:3: importing the answer raised ZeroDivisionError: division by zero"
    )


def test_a_missing_name_is_named_with_what_is_there(judged):
    verdict = judged("def grad(f, x):\n    return x\n\n\ndef main():\n    pass\n")
    assert verdict.summary == (
        "gradient.py does not define `gradient`. It defines: grad, main. Renamed?"
    )


def test_a_wrong_signature_is_compared_with_the_one_asked_for(judged):
    verdict = judged("def gradient(x):\n    return x\n")
    assert verdict.verdict == "failed"
    assert first(verdict) == (
        "`gradient(x)` takes 1 argument; the question asks for `gradient(f, x)`."
    )


def test_a_forgotten_return_is_asked_about(judged):
    verdict = judged("def gradient(f, x):\n    result = f(x)\n")
    assert first(verdict) == "`gradient` returned None: is a `return` missing?"


def test_a_wrong_shape_is_compared(doubled):
    verdict = doubled("def double(x):\n    return (2 * x).unsqueeze(1)\n")
    assert first(verdict) == (
        "shape: got (4, 1, 8), expected (4, 8) for x of shape (4, 8)"
    )


def test_a_wrong_dtype_is_compared(doubled):
    verdict = doubled("def double(x):\n    return (2 * x).double()\n")
    assert first(verdict) == (
        "dtype: got torch.float64, expected torch.float32 for x of shape (4, 8)"
    )


def test_wrong_values_are_counted_and_the_worst_is_shown(doubled):
    verdict = doubled(
        "def double(x):\n    y = 2 * x\n    if y.ndim == 2:\n"
        "        y[1, 4] += 0.5\n        y[2, 0] -= 0.25\n    return y\n"
    )
    assert first(verdict) == (
        "2 of 32 differ, largest by 5.0e-01 at [1, 4] (tolerance 1e-05): "
        "got 2.5, expected 2"
    )


def test_values_that_are_not_finite_name_the_large_input(doubled):
    verdict = doubled(
        "import torch\n\n\ndef double(x):\n"
        "    return 2 * x + torch.log(torch.exp(x)) - x\n"
    )
    assert first(verdict) == "infinity for large inputs (x.abs().max() = 1001)"


def test_a_gradient_that_never_arrives_is_named(doubled):
    verdict = doubled("def double(x):\n    return (2 * x.detach()).requires_grad_()\n")
    assert first(verdict) == "no gradient reached `x`"


def test_a_wrong_gradient_says_whose_and_by_how_much(doubled):
    verdict = doubled("def double(x):\n    return 2 * x.detach() + x - x.detach()\n")
    assert first(verdict) == "the gradient of `x` differs, by 1 at most"


def test_a_changed_input_is_named(judged):
    verdict = judged(
        "import torch\n\n\ndef gradient(f, x):\n    x.requires_grad_()\n"
        "    return torch.autograd.grad(f(x).sum(), x)[0]\n"
    )
    assert "your function changed its input `x`" in first(verdict)


def test_an_endless_answer_is_stopped_at_a_line(judged):
    verdict = judged(
        "def gradient(f, x):\n    while True:\n        x = x + 0\n", timeout=1.0
    )
    assert verdict.verdict == "timeout"
    assert first(verdict).startswith(
        'stopped after 1 s in "gives four six eight for the polynomial", '
        "at gradient.py:"
    )
    assert verdict.checks[0].line in (2, 3)
    assert {c.outcome for c in verdict.checks[1:]} == {"not run"}


def test_a_process_that_ends_itself_is_no_verdict(judged):
    verdict = judged("import os\n\n\ndef gradient(f, x):\n    os._exit(0)\n")
    assert verdict.verdict == "crashed"
    assert first(verdict).startswith(
        "the answer's process ended by itself (exit code 0) before its checks did"
    )


def test_the_failures_of_a_near_miss_are_recognised(judged):
    verdict = judged(
        "def gradient(f, x):\n    x.requires_grad_()\n"
        "    f(x).sum().backward()\n    return x.grad\n"
    )
    assert verdict.summary == (
        "Looks like: marks the tensor it was given. The caller's tensor requires a "
        "gradient from then on, and collects them."
    )


def test_what_cannot_be_verified_here_is_counted_apart(doubled):
    import torch

    if torch.cuda.is_available():
        pytest.skip("with CUDA everything is verified")
    verdict = doubled("def double(x):\n    return x + x\n")
    assert verdict.verdict == "passed"
    assert verdict.summary == "3 passed, 1 not verified here (needs CUDA)"


def test_an_exception_in_the_answer_names_its_line(judged):
    verdict = judged("def gradient(f, x):\n    y = f(x)\n    return y.missing\n")
    assert first(verdict) == (
        "AttributeError: 'Tensor' object has no attribute 'missing' (gradient.py:3)"
    )
    assert verdict.checks[0].line == 3


def test_a_missing_exception_is_named(judged):
    text = GRADIENT.solution_path.read_text().replace(
        "raise ValueError(", "return ValueError("
    )
    (failed,) = [c for c in judged(text).checks if c.outcome == "failed"]
    assert failed.name == "test_refuses_what_is_not_floating_point"
    assert failed.message == "expected ValueError; nothing was raised"


def test_state_that_is_left_changed_is_named(doubled):
    verdict = doubled(
        "import torch\n\n\ndef double(x):\n"
        "    torch.autograd.set_detect_anomaly(True)\n    return 2 * x\n"
    )
    assert first(verdict) == ("your code left anomaly detection at True; it was False")


def test_a_number_for_a_tensor_is_named_as_what_it_is(doubled):
    verdict = doubled("def double(x):\n    return 2\n")
    assert first(verdict) == "got 2 (int), expected a tensor of shape (4, 8)"


def test_what_a_check_says_of_a_comparison_is_what_is_said(doubled, small_bank):
    checks = small_bank / "tests/autograd/test_double.py"
    told = 'assert_close(double(torch.ones(2)), torch.full((2,), 2.0), msg="too far")'
    checks.write_text(
        "import torch\nfrom torch.testing import assert_close\n"
        "from backprep.testing import prompt_says\n"
        "from solutions.autograd.double import double\n\n\n"
        f'def test_doubles():\n    """Advice."""\n    {told}\n'
    )
    assert first(doubled("def double(x):\n    return 3 * x\n")) == "too far"
    shape = first(doubled("def double(x):\n    return x[None]\n"))
    assert shape.startswith("shape: got (1, 2), expected (2,)")


def test_what_torch_has_not_implemented_is_its_own_error(doubled):
    verdict = doubled(
        "import torch\n\n\ndef double(x):\n    return x.to('meta').cpu()\n"
    )
    assert "still raises" not in first(verdict)
    assert "(double.py:5)" in first(verdict)


def test_a_constructor_need_not_return(small_bank, write_answer, monkeypatch):
    """Neither does a function of which the reference only raises."""
    monkeypatch.setenv("BACKPREP_BANK", str(small_bank))
    question = read_question("autograd/double")
    question.solution_path.write_text(
        "class double:\n    def __init__(self, x):\n        if x is None:\n"
        "            raise ValueError\n        self.x = 2 * x\n"
    )
    path = write_answer(
        "class double:\n    def __init__(self, x):\n        self.x = x\n", question.id
    )
    verdict = client.judge(question, path.parents[1], daemon=False)
    assert "return" not in first(verdict)


def test_an_unfinished_method_is_named_in_an_answer_that_was_begun(doubled):
    verdict = doubled(
        "def double(x):\n    if x.ndim == 2:\n        return 2 * x\n"
        "    raise NotImplementedError\n"
    )
    assert verdict.verdict == "failed"
    assert first(verdict) == (
        "`double` still raises NotImplementedError (answers/autograd/double.py:4)."
    )


FOREIGN = {
    "%matplotlib inline\ndef gradient(f, x):\n    return x\n": (
        "gradient.py:1: `%matplotlib inline` is a notebook's command and not Python; "
        "remove the line."
    ),
    "!pip install torch\n": (
        "gradient.py:1: `!pip install torch` is a notebook's command and not Python; "
        "remove the line."
    ),
    "def gradient(f, x):\n    return “x”\n": (
        "gradient.py:2: “ is a typographic quotation mark; Python takes \" and '."
    ),
    "import torch\n\0": (
        "gradient.py:2: holds null bytes; save it as plain UTF-8 text."
    ),
    '{"cells": [{"cell_type": "code", "execution_count": null}], "nbformat": 4}': (
        "gradient.py is a Jupyter notebook (JSON) and not Python; "
        "copy the code out of its cells."
    ),
    '{"cells": [], "nbformat": 4}': (
        "gradient.py is a Jupyter notebook (JSON) and not Python; "
        "copy the code out of its cells."
    ),
}


@pytest.mark.parametrize("text", FOREIGN)
def test_what_is_not_python_is_named(judged, text):
    verdict = judged(text)
    assert (verdict.verdict, verdict.summary) == ("error", FOREIGN[text])


@pytest.mark.parametrize("call", ["breakpoint()", "pdb.set_trace()"])
def test_a_breakpoint_is_skipped_and_said(judged, call):
    verdict = judged(f"import pdb\n\n\ndef gradient(f, x):\n    {call}\n    return x\n")
    assert f"{call} at gradient.py:5 is skipped here" in verdict.output


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (os.mkfifo, "a FIFO"),
        (os.mkdir, "a folder"),
        (lambda path: path.symlink_to("/dev/zero"), "a device"),
    ],
)
def test_what_is_no_file_is_named(write_answer, make, kind):
    path = write_answer()
    path.unlink()
    make(path)
    verdict = client.judge(GRADIENT, path.parents[1])
    assert verdict.verdict == "error"
    assert verdict.summary == f"{path} is {kind}; an answer is a file of Python."


@pytest.mark.parametrize(
    "line",
    [
        "torch.set_num_threads(2)",
        "import warnings; warnings.simplefilter('error')",
        "torch.manual_seed(7)",
        "import random; random.seed(7)",
    ],
)
def test_what_many_a_module_sets_for_itself_is_put_back(judged, line):
    """A right answer passes with it."""
    text = GRADIENT.solution_path.read_text()
    assert judged(f"{text}\n\n{line}\n").verdict == "passed"


def test_a_module_beside_the_answer_is_found(judged, workspace):
    folder = workspace / "answers" / "autograd"
    folder.mkdir(parents=True)
    solution = read_question("autograd/gradient").solution_path
    (folder / "helper.py").write_text(solution.read_text())
    assert judged("from helper import gradient\n").verdict == "passed"
    late = (
        "def gradient(f, x):\n    import helper\n\n    return helper.gradient(f, x)\n"
    )
    assert judged(late).verdict == "passed"


def test_an_answer_s_setting_does_not_change_the_verdict_on_another(
    write_answer, workspace
):
    """Where one process judges several answers."""
    right = read_question("autograd/leaky_graph")
    write_answer(right.solution_path.read_text(), right.id)
    write_answer("import torch\n\ntorch.set_default_dtype(torch.float64)\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--answers", "answers", "-q"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "gradient.py leaves the default dtype at torch.float64" in done.stdout
    assert "FAILED tests/autograd/test_leaky_graph" not in done.stdout


def test_what_is_still_open_fails_only_the_checks_that_read_it(write_answer):
    question = read_question("pytorch_vs_tensorflow/comparison")
    text = re.sub(
        r"^PREDICTIONS.*?^}$",
        "PREDICTIONS = ...",
        question.solution_path.read_text(),
        flags=re.DOTALL | re.MULTILINE,
    )
    path = write_answer(text, question.id)
    checks = client.judge(question, path.parents[1], daemon=False).checks
    failed = {check.name: check.message for check in checks if check.rejects}
    assert set(failed.values()) == {"`PREDICTIONS` is still `...`."}
    passed = [check.title for check in checks if check.outcome == "passed"]
    assert "pytorch sums the gradients of all losses" in passed
