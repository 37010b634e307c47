"""No sequence of keys, in one read or in several, breaks the screen or the journal.

Five hundred seeded sequences, over every state that a question can be in.
"""

import asyncio
from random import Random

import pytest

from backprep.journal.attempt import replay
from backprep.practice.interview import Interview
from backprep.screen.keys import KEYS
from backprep.screen.reading_page import Page
from tests.tool.screen.player import PATIENCE, play

EVERYDAY = [
    *(key.key for key in KEYS if key.key != "q"),
    *("enter", "enter", "escape", "question_mark", "f1", "space", "down", "up"),
    *("a", "o", "1", "2", "3", "left_square_bracket"),
]
WAYS_OUT = ["q", "ctrl+c"]
APPS, SEQUENCES = 3, 21
"""For each state: how often the screen is opened, and the sequences in each."""


async def ready(user, clock):
    """Nothing is begun."""


async def working(user, clock):
    await user.begins()


async def paused(user, clock):
    await user.begins()
    await user.press("p")
    await user.until(lambda: user.state == "paused")


async def time_up(user, clock):
    await user.begins()
    await user.works(clock, 61)
    await user.sees("Time is up.")


async def finished(user, clock):
    await user.begins()
    await user.press("x", "x")
    await user.until(lambda: user.state == "finished")


STATES = {
    "ready": ("autograd/gradient", ready),
    "working": ("autograd/gradient", working),
    "paused": ("autograd/gradient", paused),
    "time up": ("autograd/gradient", time_up),
    "finished": ("autograd/gradient", finished),
    "spoken": ("pytorch_vs_tensorflow/comparison", working),
    "predict": ("autograd/grad_accumulates", working),
    "mock interview": ("autograd/gradient", working),
}


@pytest.fixture(autouse=True)
def no_editor(monkeypatch):
    for name in ("VISUAL", "EDITOR", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def interview(coach):
    names = ["autograd/gradient", "autograd/grad_accumulates", "autograd/leaky_graph"]
    questions = [coach.questions[name] for name in names]
    return Interview(coach, coach.begin_mock(20, [], 1, names), questions, 20)


def left(user):
    return user.app.return_value is not None


async def reaches(user, holds, *keys):
    """Press these keys until the screen on top is what it should be: what lies over
    it by then takes the first of them."""
    async with asyncio.timeout(PATIENCE):
        while not (holds(user.app.screen) or left(user)):
            user.post(*keys)
            await handled(user)
            await asyncio.sleep(0.01)


async def is_whole(user, coach):
    """The screen shows something, its keys answer, and the journal agrees."""
    await reaches(user, lambda screen: user.text().strip())
    await reaches(user, lambda screen: screen is user.question_screen, "escape")
    await reaches(user, is_a_page, "escape", "question_mark")
    await reaches(user, lambda screen: user.text().strip())
    await reaches(user, lambda screen: screen is user.question_screen, "escape")
    await reaches(user, lambda screen: agrees(coach))


def is_a_page(screen):
    return isinstance(screen, Page)


async def handled(user):
    """Wait until the application and the screen on top, if it stays there, had the
    keys so far."""
    for pump in (user.app, user.app.screen):
        had = asyncio.Event()
        pump.call_later(had.set)
        while pump in (user.app, *user.app.screen_stack) and not had.is_set():
            await asyncio.sleep(0.001)
            if left(user):
                return


def agrees(coach):
    return coach.history.attempts == replay(
        event for _, event in coach.journal.events()
    )


@pytest.mark.parametrize("seed", range(APPS))
@pytest.mark.parametrize("state", STATES)
def test_no_sequence_of_keys_breaks_the_screen(
    state, seed, coach, judge, clock, interview
):
    random = Random(f"{state} {seed}")
    name, arrange = STATES[state]
    played = []

    async def scenario(user):
        await arrange(user, clock)
        for number in range(SEQUENCES):
            question = user.question_screen.question
            question.answer_path(coach.answers).parent.mkdir(
                parents=True, exist_ok=True
            )
            if question.kind not in ("explain", "predict"):
                question.answer_path(coach.answers).write_text(f"mine = {number}\n")
            judge.says = random.choice(["failed", "passed"])
            ways = WAYS_OUT if number == SEQUENCES - 1 else []
            for _ in range(random.randint(1, 3)):
                burst = random.choices([*EVERYDAY, *ways], k=random.randint(1, 4))
                played.append(burst)
                user.post(*burst)
                await handled(user)
            if left(user):
                return
            if random.random() < 0.5:
                clock.work(random.choice([1, 20, 20]))
                await user.beat()
            await is_whole(user, coach)
            if left(user):
                return

    options = {"minutes": 1} if state == "time up" else {}
    if state == "mock interview":
        options = {"interview": interview}
    try:
        app = play(coach, coach.questions[name], scenario, size=(60, 18), **options)
    except BaseException:
        print(state, seed, played)
        raise
    assert app.return_value in (None, 0, 130), app.said
    assert agrees(coach)
    if app.return_value is not None:
        assert not any(attempt.running for attempt in coach.unfinished())
