"""`backprep new`: files to fill in, and rules that say what they lack."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backprep.bank import scaffold
from backprep.bank.question import BankError
from backprep.bank.questions import read_question
from backprep.judge import client

RULES = Path(__file__).parents[2] / "test_every_question.py"


@pytest.mark.parametrize("kind", scaffold.KINDS)
def test_writes_a_question_that_runs(small_bank, monkeypatch, kind):
    monkeypatch.setenv("BACKPREP_BANK", str(small_bank))
    written = scaffold.new("autograd/triple", small_bank, kind)
    assert len(written) == len(scaffold.KINDS[kind])
    question = read_question("autograd/triple")
    assert question.kind == kind
    assert set(written) == set(question.parts.values())
    verdict = client.judge(question, small_bank / "solutions", daemon=False)
    assert verdict.verdict == "passed"


def test_the_command_asks_for_the_kind(backprep, small_bank):
    made = backprep(
        "new", "autograd/triple", "--kind", "predict", BACKPREP_BANK=str(small_bank)
    )
    assert made.returncode == 0
    assert read_question("autograd/triple", small_bank).kind == "predict"
    unknown = backprep("new", "autograd/fourfold", "--kind", "riddle")
    assert unknown.returncode == 2
    assert "'riddle' is not one of 'code', 'predict'" in unknown.stderr


def test_overwrites_nothing(small_bank):
    first = scaffold.new("autograd/triple", small_bank)
    first[0].write_text("mine\n")
    first[1].unlink()
    assert scaffold.new("autograd/triple", small_bank) == [first[1]]
    assert first[0].read_text() == "mine\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("triple", "names no topic"),
        ("autograd/", "cannot name a Python module"),
        ("autograd/two-fold", "cannot name a Python module"),
        ("autograd/class", "cannot name a Python module"),
        ("amp/double", "has that name already"),
    ],
)
def test_refuses_a_name_that_no_question_can_have(small_bank, name, said):
    other = small_bank / "questions/amp/index.md"
    other.parent.mkdir()
    other.write_text("---\norder: 2\n---\n\n# Mixed precision\n")
    with pytest.raises(BankError, match=said):
        scaffold.new(name, small_bank)


def test_the_rules_say_what_is_still_missing(small_bank):
    scaffold.new("autograd/triple", small_bank)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            RULES,
            "-k",
            "triple",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "BACKPREP_BANK": str(small_bank)},
    )
    assert done.returncode == 1
    for missing in (
        "test_the_prompt_is_whole",
        "test_there_are_enough_checks_and_near_misses",
        "test_there_are_two_to_four_other_right_answers",
        "test_the_model_answer_has_a_rubric_answers_and_sources",
        "say why it comes up and what to write",
    ):
        assert missing in done.stdout
