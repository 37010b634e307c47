"""Predict questions: what is typed becomes a dict in the answer's file."""

import pytest
from textual.widgets import Input

from backprep.bank.questions import load_questions
from backprep.practice.coach import Coach
from backprep.workspace import predictions_file
from backprep.workspace.answer_file import WorkspaceError
from tests.tool.screen.player import play

PAGE = """\
---
kind: predict
level: easy
minutes: 10
---

# What it prints

Write `PREDICTIONS`.

## Hints

1. One.

## Follow-ups

1. Why?
"""
SOLUTION = '''\
"""It is what it is."""

PREDICTIONS: dict[str, object] = {"the_sum": 3.0, "raises": True}
'''


@pytest.fixture
def question(small_bank):
    (small_bank / "questions/autograd/double.md").write_text(PAGE)
    (small_bank / "solutions/autograd/double.py").write_text(SOLUTION)
    return load_questions(small_bank)[0]


@pytest.fixture
def coach(question, journal, tmp_path, clock, judge):
    return Coach(journal, tmp_path / "answers", [question], clock=clock, judge=judge)


def test_what_is_typed_is_written_and_judged(coach, question, judge):
    async def scenario(user):
        judge.says = "passed"
        await user.begins()
        await user.sees("the_sum", "raises")
        await user.press("tab")
        assert isinstance(user.question_screen.focused, Input)
        await user.press(*"3.0", "tab", *"True", "enter")
        await user.sees("Good: passed")

    play(coach, question, scenario)
    text = question.answer_path(coach.answers).read_text()
    assert text == (
        "PREDICTIONS: dict[str, object] = {\n"
        '    "the_sum": 3.0,\n    "raises": True,\n}\n'
    )


def test_what_is_no_value_is_named_and_nothing_is_judged(coach, question, judge):
    async def scenario(user):
        await user.begins()
        await user.press("tab", *"maybe 3", "enter")
        await user.sees("the_sum: maybe 3 is not a Python value")

    play(coach, question, scenario)
    assert judge.asked == []


def test_what_is_typed_is_in_the_file_before_it_is_judged(coach, question, judge):
    async def scenario(user):
        await user.begins()
        await user.press("tab", *"[1,2]", "tab", *"maybe")
        path = question.answer_path(coach.answers)
        await user.until(lambda: '"the_sum": [1,2],' in path.read_text())
        user.question_screen.saved()
        await user.leaves("ctrl+c")

    play(coach, question, scenario)
    assert judge.asked == []
    assert predictions_file.values(question, coach.answers) == {
        "the_sum": "[1,2]",
        "raises": "",
    }


def test_a_save_from_elsewhere_is_taken_into_the_form_and_judged(
    coach, question, judge
):
    async def scenario(user):
        await user.begins()
        text = 'PREDICTIONS = {"the_sum": 4, "raises": ...}\n'
        question.answer_path(coach.answers).write_text(text)
        user.question_screen.saved()
        await user.until(lambda: judge.asked)
        assert user.question_screen.query(Input).first().value == "4"

    play(coach, question, scenario)


def test_letters_are_keys_again_after_escape(coach, question):
    async def scenario(user):
        await user.begins()
        await user.press("tab", "p", "escape", "p")
        await user.until(lambda: user.state == "paused")

    play(coach, question, scenario)


def test_what_the_file_says_stands_in_the_form(coach, question):
    path = question.answer_path(coach.answers)
    path.parent.mkdir(parents=True)
    path.write_text('PREDICTIONS = {"the_sum": [1, 2], "raises": ...}\n')

    async def scenario(user):
        await user.begins()
        assert [field.value for field in user.question_screen.query(Input)] == [
            "[1, 2]",
            "",
        ]

    play(coach, question, scenario)


def test_the_rest_of_the_file_stays(question, tmp_path):
    path = question.answer_path(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text('# mine\nPREDICTIONS = {"the_sum": ...}  # sure?\nnote = "é"\n')
    predictions_file.write(question, tmp_path, {"the_sum": "3", "raises": ""})
    assert path.read_text() == (
        '# mine\nPREDICTIONS = {\n    "the_sum": 3,\n    "raises": ...,\n}  # sure?\n'
        'note = "é"\n'
    )


def test_a_file_without_the_dict_is_left_alone(question, tmp_path):
    path = question.answer_path(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text("PREDICTIONS = {")
    with pytest.raises(WorkspaceError, match="no dict PREDICTIONS"):
        predictions_file.write(question, tmp_path, {"the_sum": "3"})
    assert path.read_text() == "PREDICTIONS = {"


@pytest.mark.parametrize("text", ["1.0", "[1, 2]", "None", "'a'", " True "])
def test_a_literal_is_a_value(text):
    assert predictions_file.is_a_value(text)


@pytest.mark.parametrize("text", ["", "...", "maybe", "1 +", "torch.ones(2)"])
def test_anything_else_is_none(text):
    assert not predictions_file.is_a_value(text)
