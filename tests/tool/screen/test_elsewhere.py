"""What other processes do to an attempt while its screen is open."""

import pytest

from backprep.screen.news import news
from tests.tool.screen.player import play


@pytest.fixture
def other(new_coach):
    """Another process, which follows the same journal."""
    return new_coach


@pytest.fixture
def write(coach, gradient):
    def write(text="mine = 1\n"):
        gradient.answer_path(coach.answers).write_text(text)

    return write


def attempt_of(user):
    return user.question_screen.question_state.attempt


def test_a_reveal_elsewhere_is_said_and_counts(coach, gradient, other):
    async def scenario(user):
        await user.begins()
        other().reveal(attempt_of(user).id)
        await user.beat()
        await user.sees("The answer was revealed elsewhere")
        assert user.state == "working"
        await user.press("r")
        await user.sees("The answer needs no revealing any more")
        await user.press("c")
        await user.sees("What to say")

    play(coach, gradient, scenario)


def test_an_attempt_that_ends_elsewhere_is_over_here(coach, gradient, other):
    async def scenario(user):
        await user.begins()
        other().finish(attempt_of(user).id, "gave up")
        await user.beat()
        await user.sees("The attempt was ended elsewhere. Again:", "n next")
        assert user.state == "finished"

    play(coach, gradient, scenario)


def test_a_dialog_that_the_journal_overtook_does_nothing(coach, gradient, other):
    async def scenario(user):
        await user.begins()
        await user.press("h")
        await user.sees("Hint 1 is a nudge.")
        other().finish(attempt_of(user).id, "failed")
        await user.beat()
        await user.press("h")
        await user.sees("The attempt is over; c shows the answer.")
        assert attempt_of(user).hints == ()
        await user.press("x")
        await user.sees("The attempt is over already.")

    play(coach, gradient, scenario)


def test_a_pause_elsewhere_is_a_pause_here(coach, gradient, other):
    async def scenario(user):
        await user.begins()
        other().pause(attempt_of(user).id)
        await user.beat()
        await user.sees("The attempt was paused elsewhere; Enter goes on.", "paused")
        await user.begins()

    play(coach, gradient, scenario)


def test_a_hint_shown_elsewhere_is_shown_here(coach, gradient, other):
    async def scenario(user):
        await user.begins()
        other().hint(attempt_of(user).id, 1)
        await user.beat()
        await user.sees("Hint 1 was shown elsewhere", "Hint 1, a nudge.")

    play(coach, gradient, scenario)


def test_a_reset_elsewhere_takes_the_verdict_away(coach, gradient, other, write):
    async def scenario(user):
        await user.begins()
        write()
        await user.press("enter")
        await user.sees("✗ one")
        other().reset(attempt_of(user).id)
        user.question_screen.saved()
        await user.sees("Your answer is the starter again")
        assert not user.says("✗ one")

    play(coach, gradient, scenario)


def test_what_began_elsewhere_can_go_on_here(coach, gradient, other):
    async def scenario(user):
        await user.sees("Enter starts the clock")
        other().begin(gradient)
        await user.beat()
        await user.sees("Enter goes on.", "Enter go on")

    play(coach, gradient, scenario)


def test_what_the_screen_does_itself_is_no_news(coach, gradient, judge, write):
    async def scenario(user):
        await user.begins()
        await user.press("p")
        await user.until(lambda: user.state == "paused")
        await user.beat()
        await user.begins()
        write()
        judge.says = "passed"
        await user.press("enter")
        await user.sees("Good: passed")
        await user.beat()
        assert not user.says("elsewhere")

    play(coach, gradient, scenario)


def test_nothing_is_judged_while_the_attempt_is_paused(coach, gradient, judge, write):
    async def scenario(user):
        await user.begins()
        await user.press("p")
        await user.until(lambda: user.state == "paused")
        write()
        user.question_screen.saved()
        await user.sees("The attempt is paused, and nothing is judged")
        assert judge.asked == []
        await user.begins()
        await user.press("enter")
        await user.until(lambda: judge.asked)

    play(coach, gradient, scenario)


def test_a_pause_gives_up_the_run_that_goes_on(coach, gradient, judge, write):
    from backprep.judge.errors import Stopped

    stops = []

    def judge_that_loops(question, answers, *, stop, **options):
        stops.append(stop)
        assert stop.wait(20)
        raise Stopped

    judge.instead = judge_that_loops

    async def scenario(user):
        await user.begins()
        write()
        await user.press("enter")
        await user.until(lambda: stops)
        await user.press("p")
        await user.sees("Paused. Enter goes on.")
        assert stops[0].is_set()

    play(coach, gradient, scenario)
    assert not any(attempt.runs for attempt in coach.history.attempts.values())


def test_nothing_new_is_no_news(coach, gradient):
    attempt = coach.begin(gradient)
    assert news(attempt, attempt) == ""
