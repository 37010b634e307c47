"""A mock interview on the screen: some questions, one clock, no help."""

import pytest

from backprep.judge.verdict import Check, Verdict
from backprep.practice.interview import Interview
from tests.tool.screen.player import play


@pytest.fixture
def interview(coach):
    names = ("autograd/gradient", "autograd/leaky_graph")
    questions = [coach.questions[name] for name in names]
    return Interview(coach, coach.begin_mock(20, [], 1, list(names)), questions, 20)


@pytest.fixture
def sit(coach, interview):
    return lambda scenario: play(
        coach, interview.left[0], scenario, interview=interview
    )


async def passes(user, judge):
    judge.says = "passed"
    user.question_screen.question.answer_path(user.app.coach.answers).write_text(
        "mine = 1\n"
    )
    await user.press("enter")
    await user.sees("Passed.", "Enter goes on")


def test_one_question_comes_after_the_other(sit, interview, judge, clock, coach):
    async def scenario(user):
        await user.sees("1 of 2:", "Enter starts the interview: 20 minutes")
        await user.begins()
        await user.works(clock, 300)
        await passes(user, judge)
        await user.press("enter")
        await user.sees("2 of 2:", "15 min left")
        await user.until(lambda: user.state == "working")
        await user.works(clock, 60)
        await passes(user, judge)
        await user.press("enter")

    app = sit(scenario)
    assert app.return_value == 0
    assert interview.over
    assert coach.history.mocks[interview.id].ended


def test_a_verdict_inside_gives_no_advice(sit, judge):
    check = Check("test_one", "failed", "it is 2, and not 3", advice="Look at the sum.")
    verdict = Verdict("autograd/gradient", "failed", 0.1, [check], "", "Looks like: x.")
    judge.instead = lambda *_, **__: verdict

    async def scenario(user):
        await user.begins()
        user.question_screen.question.answer_path(user.app.coach.answers).write_text(
            "mine = 1\n"
        )
        await user.press("enter")
        await user.sees("it is 2, and not 3")
        assert not user.says("Look at the sum.")
        assert not user.says("Looks like")

    sit(scenario)


def test_nothing_helps_inside(sit, coach):
    async def scenario(user):
        await user.begins()
        await user.sees("First ask what is not clear.")
        assert not user.says("hint")
        await user.press("h", "r", "c", "f", "b")
        assert user.app.screen is user.question_screen
        assert not user.question_screen.question_state.attempt.hints
        assert user.question_screen.question_state.attempt.revealed_after is None

    sit(scenario)


def test_a_question_can_be_left(sit, interview):
    async def scenario(user):
        await user.begins()
        await user.press("n")
        await user.sees("Leave this question? It counts as not passed.")
        await user.press("n")
        await user.sees("2 of 2:")

    sit(scenario)
    assert interview.attempts["autograd/gradient"].outcome == "failed"


def test_the_end_of_the_time_is_the_end(sit, interview, judge, clock, coach):
    async def scenario(user):
        await user.begins()
        await user.works(clock, 300)
        await passes(user, judge)
        judge.says = "failed"
        await user.press("enter")
        await user.until(lambda: user.state == "working")
        await user.works(clock, 901)
        await user.sees("The interview's time is over.")
        await user.press("enter")

    app = sit(scenario)
    assert app.return_value == 0
    assert not interview.attempts["autograd/leaky_graph"].passed
    assert coach.history.mocks[interview.id].ended


def test_the_last_one_can_be_finished_in_overtime(sit, interview, judge, clock, coach):
    async def scenario(user):
        await user.begins()
        await user.works(clock, 1201)
        await user.sees("The interview's time is over.")
        await user.press("o")
        await user.works(clock, 59)
        await user.sees("1:00 over time")
        await passes(user, judge)
        await user.press("enter")

    sit(scenario)
    assert coach.history.mocks[interview.id].ended
    assert len(interview.attempts) == 1


def test_what_was_left_in_the_middle_goes_on(sit, interview, judge, clock):
    async def first(user):
        await user.begins()
        await user.works(clock, 300)
        await passes(user, judge)
        await user.press("enter")
        await user.until(lambda: user.state == "working")
        await user.works(clock, 60)
        await user.leaves("ctrl+c")

    async def later(user):
        await user.sees("2 of 2:", "14 min left", "Enter goes on.")
        await user.works(clock, 600)
        await user.begins()
        await user.sees("14 min left")

    assert sit(first).return_value == 130
    assert not interview.over
    clock.work(7200)
    sit(later)
