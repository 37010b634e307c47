"""Spoken questions: talk against the countdown, then tick what was said."""

import pytest

from backprep.bank.model_answer import model_answer
from tests.tool.screen.player import play


@pytest.fixture
def comparison(coach):
    return coach.questions["pytorch_vs_tensorflow/comparison"]


async def ticks(user, clock, number):
    """Talk for three minutes, then tick so many points from the top."""
    await user.begins()
    await user.sees("15 min left", "Press Enter when done talking.")
    await user.works(clock, 180)
    await user.press("enter")
    await user.sees("What did you say?", "Must have", "Nice to have")
    for _ in range(number):
        await user.press("space", "down")


def test_all_must_haves_pass(coach, comparison, clock):
    async def scenario(user):
        await ticks(user, clock, 4)
        await user.sees("[x] Gradients add up", "[ ] Says which rows will be out")
        clock.work(300)  # looking back takes nobody's time
        await user.press("enter")
        await user.sees("Good: passed in 3:00 of 15:00, no hints.")

    play(coach, comparison, scenario)
    (attempt,) = coach.history.attempts.values()
    assert attempt.must == (True,) * 4
    assert attempt.nice == (False,) * 4


def test_a_missed_must_have_fails(coach, comparison, clock):
    async def scenario(user):
        await ticks(user, clock, 3)
        await user.press("enter")
        await user.sees("Again: 1 of 4 must-haves missed. Next: Thu 26 Nov.")

    play(coach, comparison, scenario)


def test_one_enter_too_many_fails_nobody(coach, comparison, clock):
    async def scenario(user):
        await ticks(user, clock, 0)
        await user.press("enter")
        await user.sees("Nothing is ticked.")
        assert user.state == "paused"
        await user.press("enter")
        await user.sees("Again: 4 of 4 must-haves missed.")

    play(coach, comparison, scenario)


def test_one_can_go_on_talking(coach, comparison, clock):
    async def scenario(user):
        await ticks(user, clock, 1)
        await user.press("escape")
        await user.until(lambda: user.state == "working")
        await user.works(clock, 60)
        await user.sees("11 min left")

    play(coach, comparison, scenario)


def test_its_time_can_be_up_too(coach, comparison, clock):
    async def scenario(user):
        await user.begins()
        await user.works(clock, 901)
        await user.sees("Time is up.")
        await user.press("enter")
        await user.works(clock, 59)
        await user.sees("1:00 over time")

    play(coach, comparison, scenario)


def test_every_point_is_ticked_in_the_rubrics_order(coach, comparison):
    assert model_answer(comparison).rubric.must[1].startswith("Gradients add up")
