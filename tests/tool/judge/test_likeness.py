"""An answer is called by a near miss's name only where its checks saw the same."""

import pytest

from backprep.bank.near_misses import near_misses
from backprep.bank.questions import read_question
from backprep.judge.likeness import said, same
from backprep.judge.verdict import Check

QUESTION = read_question("training_loop/accumulate_gradients")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("got 3, expected 4", "got 3, expected 4"),
        ("got 0.1234567, expected 1", "got 0.1234566, expected 1"),
        ("differs, by 4.8e-03", "differs, by 4.9e-03"),
        ("ValueError: no (gradient.py:7)", "ValueError: no (wrong_gradient.py:31)"),
    ],
)
def test_another_line_and_another_processor_make_no_difference(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("got 3, expected 4", "got 2, expected 4"),
        ("got -1, expected 4", "got -2, expected 4"),
        ("got 0.1234567, expected 1", "got 0.1235567, expected 1"),
        ("differs, by 4.8e-03", "differs, by 4.8e-02"),
        ("ValueError: no", "TypeError: no"),
        ("got 3", "got 3, expected 4"),
    ],
)
def test_other_values_or_words_do(one, other):
    assert not same(one, other)


def test_that_the_same_checks_fail_is_not_enough():
    wrong = near_misses(QUESTION)[0]
    failed = [Check(name, "failed", "something else") for name in wrong.fails]
    assert said(QUESTION, failed) == ""


def test_nothing_is_said_of_records_of_other_files(small_bank):
    from backprep.bank.questions import load_questions
    from backprep.evidence import record_near_misses
    from backprep.evidence.origin import Origin

    (one,) = load_questions(small_bank)
    (wrong, *_) = near_misses(one)
    failed = [Check(name, "failed", "it is wrong") for name in wrong.fails]
    told = {wrong.name: {check.title: check.message for check in failed}}
    record_near_misses.write(one, told, Origin({}, "a machine", "2026-11-25"))
    assert said(one, failed).startswith(f"Looks like: {wrong.title}. ")
    one.checks_path.write_text(one.checks_path.read_text() + "\n# changed\n")
    assert said(one, failed) == ""
