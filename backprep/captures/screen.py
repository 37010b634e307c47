"""Pictures of the practice screen for its guide: `make captures`.

What they show has happened: a program presses the keys, and the judge judges. Only
the clock is the program's own, so that the pictures are the same every time.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from backprep.bank.question import read_text
from backprep.bank.questions import load_questions
from backprep.captures.still_clock import StillClock
from backprep.journal.journal import Journal
from backprep.judge import client
from backprep.judge.verdict import Verdict
from backprep.practice.coach import Coach
from backprep.screen.app import Practice
from backprep.screen.question_screen import QuestionScreen
from backprep.screen.save_watcher import SaveWatcher
from backprep.screen.surroundings import Surroundings

PATIENCE = 60.0
EVENING = datetime(2026, 11, 25, 19, 0, tzinfo=UTC)
FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
MARKS_ITS_ARGUMENT = '''\
from collections.abc import Callable

from torch import Tensor


def gradient(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """The gradient of `f(x).sum()` with respect to `x`."""
    x.requires_grad_()
    f(x).sum().backward()
    return x.grad
'''


@dataclass(frozen=True)
class User:
    """Somebody at the screen, as far as a picture needs them."""

    app: Practice
    pilot: Pilot[int]
    clock: StillClock

    @property
    def question_screen(self) -> QuestionScreen:
        return self.app.question_screen

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause(0.3)

    async def begin(self) -> None:
        await self.press("enter")
        await self.until(
            lambda: self.question_screen.question_state.attempt is not None
        )

    async def save(self, text: str) -> None:
        """Save an answer, and wait for what is said of it."""
        before = self.question_screen.question_state.verdict
        self.question_screen.question.answer_path(self.app.coach.answers).write_text(
            text
        )
        await self.until(
            lambda: self.question_screen.question_state.verdict is not before
        )
        await self.pilot.pause(0.3)

    async def work(self, minutes: float) -> None:
        """Let time pass, in steps that nobody takes for sleep."""
        for _ in range(round(minutes * 6)):
            self.clock.work(10)
            if self.question_screen.question_state.attempt_id is not None:
                self.app.coach.tick(self.question_screen.question_state.attempt_id)
        self.question_screen.tick()
        await self.pilot.pause(0.3)

    async def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(round(PATIENCE / 0.05)):
            if holds():
                return
            await self.pilot.pause(0.05)
        raise TimeoutError("the screen does not show what the picture is to show")


async def ready(user: User) -> None:
    """Before the clock starts."""
    await user.pilot.pause(0.3)


async def failed(user: User) -> None:
    """After a run that failed."""
    await user.begin()
    await user.work(3.5)
    await user.save(MARKS_ITS_ARGUMENT)


async def hint(user: User) -> None:
    """Asked whether to show a hint."""
    await failed(user)
    await user.press("h")


async def passed(user: User) -> None:
    """After a pass."""
    await hint(user)
    await user.press("h")
    await user.work(3)
    await user.save(read_text(user.question_screen.question.solution_path))


async def time_up(user: User) -> None:
    """When the time is over."""
    await failed(user)
    await user.work(6.6)
    await user.until(lambda: user.app.screen is not user.question_screen)
    await user.pilot.pause(0.3)


async def revealed(user: User) -> None:
    """The answer, after a reveal."""
    await failed(user)
    await user.press("r")
    await user.press("r")
    await user.until(lambda: user.app.screen is not user.question_screen)
    await user.pilot.pause(0.3)


async def rubric(user: User) -> None:
    """The points to tick after a spoken question."""
    await user.begin()
    await user.work(4)
    await user.press("enter")
    await user.until(lambda: user.app.screen is not user.question_screen)
    await user.press("space", "down", "space")


GRADIENT = "autograd/gradient"
SCENES: dict[str, tuple[str, tuple[int, int], Callable[[User], Awaitable[None]]]] = {
    "ready": (GRADIENT, (80, 22), ready),
    "failed": (GRADIENT, (100, 34), failed),
    "hint": (GRADIENT, (80, 22), hint),
    "passed": (GRADIENT, (124, 26), passed),
    "time_up": (GRADIENT, (80, 22), time_up),
    "revealed": (GRADIENT, (80, 30), revealed),
    "rubric": ("pytorch_vs_tensorflow/comparison", (80, 24), rubric),
    "small": (GRADIENT, (60, 18), failed),
}


async def capture(name: str, theme: str) -> str:
    """The picture of one scene as SVG."""
    question_id, size, scene = SCENES[name]
    clock = StillClock(EVENING)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        journal = Journal(Path(folder, "home"))
        coach = Coach(
            journal, Path("answers"), load_questions(), clock=clock, judge=_in_no_time
        )
        question = coach.questions[question_id]
        app = Practice(
            coach,
            question,
            reason="The next one on the path.",
            surroundings=Surroundings(unicode=True, watch=SaveWatcher),
        )
        async with app.run_test(size=size) as pilot:
            app.theme = theme
            await pilot.pause(0.3)
            app.question_screen.draw()
            await scene(User(app, pilot, clock))
            picture = app.export_screenshot(title="backprep practice")
        journal.close()
    # no reader's machine is sent elsewhere for a font
    lines = FONT.sub("", picture).replace("Fira Code", "ui-monospace").splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _in_no_time(*arguments: Any, **options: Any) -> Verdict:
    """The real verdict, in the time that passes on a clock that stands still."""
    return replace(client.judge(*arguments, **options), seconds=0.0)


def main() -> None:
    """Draw every scene, light and dark."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCENES:
        for theme in ("light", "dark"):
            path = folder / f"{name}-{theme}.svg"
            path.write_text(asyncio.run(capture(name, f"textual-{theme}")))
            print(path)


if __name__ == "__main__":
    main()
