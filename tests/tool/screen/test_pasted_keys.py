"""Keys that arrive in one read, as those of a paste or of an impatient finger."""

import pytest

from backprep.bank.model_answer import Rubric
from backprep.practice.suggest import suggest
from backprep.screen.all_keys import all_keys
from backprep.screen.confirm import Confirm
from backprep.screen.follow_ups import FollowUps
from backprep.screen.rubric_page import RubricPage
from tests.tool.screen.player import play


async def answers(user):
    """The question is shown, nothing lies over it, and its keys do something."""
    await user.until(lambda: user.app.screen is user.question_screen)
    await user.press("question_mark")
    await user.sees("All keys")
    await user.press("escape")
    await user.until(lambda: user.app.screen is user.question_screen)


def test_an_end_confirmed_twice_in_one_read_is_one_end(coach, gradient):
    async def scenario(user):
        await user.begins()
        await user.press("x")
        await user.sees("End this attempt without a pass?")
        await user.paste("x", "x")
        await user.sees("no review")
        await answers(user)

    play(coach, gradient, scenario)


def test_a_hint_confirmed_thrice_in_one_read_is_one_hint(coach, gradient):
    async def scenario(user):
        await user.begins()
        await user.press("h")
        await user.sees("Hint 1 is a nudge.")
        await user.paste("h", "h", "h")
        await user.sees("Hint 1, a nudge.")
        assert user.question_screen.question_state.attempt.hints == (1,)
        await answers(user)

    play(coach, gradient, scenario)


def test_a_page_put_away_thrice_in_one_read_is_put_away(coach, gradient):
    async def scenario(user):
        await user.press("question_mark")
        await user.sees("All keys")
        await user.paste("escape", "escape", "escape")
        await answers(user)

    play(coach, gradient, scenario)


def test_follow_ups_that_end_twice_in_one_read_are_over(coach, gradient):
    async def scenario(user):
        await user.begins()
        await user.press("x", "x")
        await user.sees("no review")
        await user.press("f")
        number = len(gradient.follow_ups)
        await user.sees(f"Follow-up 1 of {number}")
        await user.paste(*["enter"] * (2 * number + 3))
        await answers(user)

    play(coach, gradient, scenario)


def test_a_rubric_handed_in_twice_in_one_read_is_handed_in(coach):
    async def scenario(user):
        await user.begins()
        await user.press("enter")
        await user.sees("What did you say?")
        await user.paste("space", "enter", "enter", "enter")
        await user.sees("Again: 3 of 4 must-haves missed.")
        await answers(user)

    play(coach, coach.questions["pytorch_vs_tensorflow/comparison"], scenario)


def test_enters_of_one_read_do_not_hand_in_an_empty_rubric(coach):
    async def scenario(user):
        await user.begins()
        await user.press("enter")
        await user.sees("What did you say?")
        await user.paste("enter", "enter", "enter")
        await user.sees("Nothing is ticked.")
        assert user.state == "paused"
        await user.press("enter")
        await user.sees("Again: 4 of 4 must-haves missed.")

    play(coach, coach.questions["pytorch_vs_tensorflow/comparison"], scenario)


def test_the_next_question_asked_for_twice_in_one_read_is_the_next(coach, gradient):
    async def scenario(user):
        await user.paste("n")
        await user.until(lambda: user.question_screen.question is not gradient)
        second = user.question_screen.question
        await user.press("question_mark", "escape")
        await user.paste("n", "n")
        await user.until(lambda: user.question_screen.question is not second)
        await answers(user)
        third, _ = suggest(coach, {gradient.id, second.id})
        assert user.question_screen.question is third

    play(coach, gradient, scenario)


def test_leaving_twice_in_one_read_still_pauses(coach, gradient):
    async def scenario(user):
        await user.begins()
        await user.paste("q", "q", "ctrl+c")

    app = play(coach, gradient, scenario)
    assert app.said[0].startswith("autograd/gradient is paused")
    assert [event.kind for _, event in coach.journal.events()] == ["started", "paused"]


def test_leaving_in_the_same_read_as_beginning_leaves_nothing_running(coach, gradient):
    async def scenario(user):
        await user.paste("enter", "q")
        await user.until(lambda: not user.app.is_running, "the screen to end")

    play(coach, gradient, scenario)
    assert not any(attempt.running for attempt in coach.unfinished())


def test_a_page_asked_for_twice_in_one_read_is_one_page(coach, gradient):
    async def scenario(user):
        await user.begins()
        await user.press("x", "x")
        await user.sees("no review")
        for key in ("question_mark", "c", "f"):
            await user.paste(key, key)
            await user.press("escape")
            await user.until(lambda: user.app.screen is user.question_screen)

    play(coach, gradient, scenario)


OPENED = {
    "all keys": lambda screen: all_keys(screen.situation),
    "follow-ups": lambda screen: FollowUps(screen.question, [].append),
    "rubric": lambda screen: RubricPage("Comparison", Rubric(["a point"], [])),
    "confirmation": lambda screen: Confirm("End it?", {"x": "end it"}, "go on"),
    "question": lambda screen: screen.app._screen_for(screen.question),
}


@pytest.mark.parametrize("opened", OPENED)
def test_what_opens_while_the_application_ends_breaks_nothing(coach, gradient, opened):
    async def scenario(user):
        user.app.push_screen(OPENED[opened](user.question_screen))
        user.app.exit(0)  # it will have no parts

    assert play(coach, gradient, scenario).return_value == 0
