"""A prediction is compared with what the prompt's own code prints now."""

import json

import pytest
import torch

from backprep import testing
from backprep.bank import printed, scaffold
from backprep.bank.question import BankError
from backprep.bank.questions import read_question
from backprep.judge import client
from backprep.testing import Mispredicted

GUESS = "autograd/guess"
RIGHT = {"total": 3.0, "dtype": "float32"}


@pytest.fixture
def question(small_bank, monkeypatch):
    monkeypatch.setenv("BACKPREP_BANK", str(small_bank))
    scaffold.new(GUESS, small_bank, "predict")
    return read_question(GUESS)


@pytest.fixture
def judged(question, tmp_path):
    def judge_text(text):
        path = question.answer_path(tmp_path)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return client.judge(question, tmp_path, daemon=False)

    return judge_text


def test_runs_the_code_that_the_page_shows(question):
    assert testing.printed(question) == RIGHT
    text = question.prompt_path.read_text().replace("torch.ones(3)", "torch.ones(4)")
    question.prompt_path.write_text(text)
    assert testing.printed(read_question(GUESS))["total"] == 4.0


def test_a_prompt_without_code_is_refused(question):
    question.prompt_path.write_text(
        question.prompt_path.read_text().replace("```python", "```")
    )
    with pytest.raises(BankError, match="shows 0 blocks of Python"):
        testing.printed(read_question(GUESS))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (torch.tensor([1.0, 2.0]), [1.0, 2.0]),
        (torch.tensor(2), 2),
        (torch.Size([2, 3]), [2, 3]),
        (torch.bfloat16, "bfloat16"),
        ("torch.bfloat16", "bfloat16"),
        (float("inf"), "inf"),
        ((1, 2), [1, 2]),
        (None, None),
        (True, True),
    ],
)
def test_values_are_compared_as_one_writes_them_down(value, written):
    assert testing.plain(value) == written


@pytest.mark.parametrize("total", [3, 3.0, torch.tensor(3.0)])
@pytest.mark.parametrize("dtype", ["float32", "torch.float32", torch.float32])
def test_any_way_of_writing_the_right_value_agrees(question, total, dtype):
    right = {"total": total, "dtype": dtype}
    testing.complete(right, GUESS)
    testing.agree(right, GUESS, "total", "dtype")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([3.0, "float32"], "PREDICTIONS is a list; write a dict"),
        ({"dtype": "float32"}, "PREDICTIONS has no `total`, which the code prints"),
        (RIGHT | {"total": ...}, "`total` is still `...`: what does its line print?"),
        (RIGHT | {"total": 4.0}, "`total` is not 4.0"),
        (RIGHT | {"total": None}, "`total` is not None"),
        (RIGHT | {"total": "3.0"}, "`total` is text; write it without quotes"),
        (RIGHT | {"total": {3.0}}, "`total` holds a set; write a number"),
        (RIGHT | {"total": [[3.0]]}, "`total` holds a list; write a number"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(question, wrong, said):
    with pytest.raises(Mispredicted) as caught:
        testing.agree(wrong, GUESS, "total")
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_a_dtype_that_pytorch_does_not_have_is_a_matter_of_spelling(question):
    with pytest.raises(Mispredicted, match="'fp32' is not a dtype; write its name"):
        testing.agree(RIGHT | {"dtype": "fp32"}, GUESS, "dtype")


@pytest.mark.parametrize("written", ["inf", "Inf", "+inf", float("inf")])
def test_infinity_may_be_written_in_several_ways(question, written):
    text = question.prompt_path.read_text().replace("x.sum()", "float('inf')")
    question.prompt_path.write_text(text)
    testing.agree(RIGHT | {"total": written}, GUESS, "total")


def test_a_name_that_is_not_printed_is_told(question):
    with pytest.raises(Mispredicted, match="has 'sum', which the code does not print"):
        testing.complete(RIGHT | {"sum": 3.0}, GUESS)


@pytest.mark.parametrize(
    ("happens", "guess", "said"),
    [
        ("x.is_leaf", 1, "write True or False"),
        ("x.is_leaf", False, "is not False"),
        ("0 * x.sum()", False, "is not False"),
    ],
)
def test_truth_and_numbers_are_not_mixed_up(question, happens, guess, said):
    text = question.prompt_path.read_text().replace("x.sum()", happens)
    question.prompt_path.write_text(text)
    with pytest.raises(Mispredicted, match=said):
        testing.agree(RIGHT | {"total": guess}, GUESS, "total")


def test_a_failure_names_the_line_of_the_prediction(judged):
    verdict = judged('PREDICTIONS = {\n    "total": 4.0,\n    "dtype": "float32",\n}\n')
    assert verdict.verdict == "failed"
    assert [(c.outcome, c.line) for c in verdict.checks] == [
        ("passed", None),
        ("failed", 2),
        ("passed", None),
    ]


@pytest.mark.parametrize(
    "text", ['PREDICTIONS = {"total": ..., "dtype": ...}', "PREDICTIONS = ..."]
)
def test_what_is_still_open_is_no_attempt(judged, text):
    verdict = judged(text)
    assert verdict.verdict == "not attempted"
    assert verdict.summary == (
        "Not started: `PREDICTIONS` is still `...`. Not counted as an attempt."
    )


def test_one_open_line_among_others_is_an_attempt(judged):
    verdict = judged('PREDICTIONS = {"total": ..., "dtype": "float64"}')
    assert verdict.verdict == "failed"


def test_an_answer_cannot_say_what_is_printed(judged):
    verdict = judged(
        "from backprep import testing\n"
        'PREDICTIONS = {"total": 4.0, "dtype": "float32"}\n'
        "testing.printed = lambda question: PREDICTIONS\n"
    )
    assert verdict.verdict == "error"
    assert "replaced backprep.testing.printed" in verdict.summary


NEEDS_TENSORFLOW = '\n\n```python\nimport tensorflow as tf\n\nprint("eager", 1)\n```\n'


def test_what_needs_tensorflow_was_printed_elsewhere(question):
    text = question.prompt_path.read_text()
    question.prompt_path.write_text(
        text.replace("\n## Hints", f"{NEEDS_TENSORFLOW}\n## Hints")
    )
    question = read_question(GUESS)
    with pytest.raises(BankError, match="run make outputs where TensorFlow"):
        testing.printed(question)
    (_, code) = printed.blocks(question)
    record = {"code_sha256": printed.digest(code), "printed": {"eager": True}}
    path = printed.path(question)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(record))
    assert testing.printed(question) == RIGHT | {"eager": True}
