"""Somebody who sits at the practice screen, for tests."""

import contextlib
import time

from textual import events
from textual.worker import WorkerCancelled

from backprep.screen.app import Practice
from backprep.screen.surroundings import Surroundings
from tests.tool import event_loop
from tests.tool.fakes import NoSaves

PATIENCE = 20.0


class Player:
    """Presses keys and reads what the screen says."""

    def __init__(self, app, pilot):
        self.app = app
        self.pilot = pilot

    @property
    def question_screen(self):
        return self.app.question_screen

    @property
    def state(self):
        return self.question_screen.question_state.situation.state

    def text(self):
        """What the topmost screen shows, line below line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    def says(self, *texts):
        """Whether all of these are to be read, however the lines are broken."""
        shown = " ".join(self.text().split())
        return all(text in shown for text in texts)

    async def press(self, *keys):
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def leaves(self, key):
        """Press a key that ends the application, and wait until it does."""
        await self.press(key)
        await self.until(
            lambda: self.app.return_value is not None, "the application to end"
        )

    def post(self, *keys):
        """Press keys that arrive in one read: none waits for what the last did."""
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))

    async def paste(self, *keys):
        """The same, until the screen has come to rest."""
        self.post(*keys)
        await self.pilot.pause()

    async def sees(self, *texts):
        """Wait until the screen says all of these."""
        await self.until(lambda: self.says(*texts), f"{texts} to be shown")

    async def until(self, holds, what="it"):
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"waited for {what}:\n{self.text()}"
            await self.pilot.pause(0.01)

    async def begins(self):
        """Press the key that starts the clock."""
        await self.press("enter")
        await self.until(lambda: self.state == "working", "the attempt to begin")

    async def works(self, clock, seconds=1):
        """Let so many seconds pass by the clock, with somebody there all the time."""
        while seconds > 0:
            step = min(20, seconds)
            clock.work(step)
            seconds -= step
            await self.beat()

    async def beat(self):
        """Let the screen take its look at the clock."""
        with contextlib.suppress(WorkerCancelled):  # the question was left meanwhile
            await self.question_screen.tick().wait()
        await self.pilot.pause()


def play(coach, question, scenario, size=(100, 30), watch=NoSaves, **options):
    """Open the screen on a question, let `scenario` happen, and return the app.

    Without another `watch` the scenario says itself when something is saved.
    """

    async def go():
        surroundings = Surroundings(unicode=True, watch=watch)
        app = Practice(coach, question, surroundings=surroundings, **options)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await scenario(Player(app, pilot))
        return app

    return event_loop.run(go())
