"""The practice screen with the real judge and the real watcher."""

import pytest

from backprep.bank.questions import load_questions
from backprep.practice.coach import Coach
from backprep.screen.save_watcher import SaveWatcher
from tests.tool.screen.player import play

LOOPS = "def gradient(f, x):\n    while True:\n        pass\n"
MARKS = """\
def gradient(f, x):
    print("seen")
    x.requires_grad_()
    f(x).sum().backward()
    return x.grad
"""


@pytest.fixture
def coach(journal, tmp_path):
    return Coach(journal, tmp_path / "answers", load_questions())


def test_from_a_save_to_a_pass_past_an_endless_loop(coach, gradient):
    path = gradient.answer_path(coach.answers)

    async def scenario(user):
        await user.begins()
        path.write_text(MARKS)
        await user.sees("✗ leaves x as it was", "your function changed its input `x`")
        await user.sees("Looks like: marks the tensor it was given.", "it printed:")
        path.write_text(LOOPS)
        await user.sees("judging")
        path.write_text(gradient.solution_path.read_text())
        await user.sees("Good: passed in 0:", "no hints. Next:")

    play(coach, gradient, scenario, size=(100, 60), watch=SaveWatcher)
    (attempt,) = coach.history.attempts.values()
    assert attempt.first_run_passed is False
    assert attempt.outcome == "passed"


def test_an_untouched_starter_is_no_attempt(coach, gradient):
    async def scenario(user):
        await user.begins()
        await user.press("enter")
        await user.sees("Not started: `gradient` still raises NotImplementedError")

    play(coach, gradient, scenario)
    (attempt,) = coach.history.attempts.values()
    assert attempt.runs == 0


def test_nor_is_an_untouched_debug_question(coach):
    question = coach.questions["autograd/leaky_graph"]

    async def scenario(user):
        await user.begins()
        await user.press("enter")
        await user.sees("not passed: 4 of 10 checks passed")

    play(coach, question, scenario)
    (attempt,) = coach.history.attempts.values()
    assert attempt.runs == 0
