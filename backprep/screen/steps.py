"""The steps that a question's screen takes, one thing at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ParamSpec, TypeVar

from textual.message import Message
from textual.worker import Worker

from backprep.files import FileProblem
from backprep.judge.errors import JudgeError
from backprep.screen import keys
from backprep.screen.confirm import Confirm
from backprep.screen.overlay import Overlay
from backprep.screen.question_state import QuestionState
from backprep.screen.question_view import QuestionView
from backprep.screen.surroundings import Surroundings

T = TypeVar("T")
P = ParamSpec("P")


class Steps(QuestionView):
    """Takes steps for the user: asks, writes through the coach, and goes away."""

    def __init__(
        self, question_state: QuestionState, surroundings: Surroundings, word: str
    ) -> None:
        super().__init__(question_state, surroundings, word)
        self._steps: Worker[None] | None = None
        self._writes: set[asyncio.Future[Any]] = set()
        self._left = False

    def take(self, steps: Coroutine[Any, Any, None]) -> None:
        """Take these steps, unless others are being taken: a key that is pressed
        twice counts once."""
        if self._left or (self._steps is not None and not self._steps.is_finished):
            steps.close()
            return
        self._steps = self.run_worker(self._told(steps))

    async def _told(self, steps: Coroutine[Any, Any, None]) -> None:
        try:
            await steps
        except (JudgeError, FileProblem) as error:
            self.say(str(error))
        self.draw()

    async def _write(
        self, action: Callable[P, T], *values: P.args, **options: P.kwargs
    ) -> T:
        """Let the coach do something, in a thread. Leaving waits for it, even
        where the steps that it belongs to are given up."""
        act = self.question_state.act
        written = asyncio.ensure_future(
            asyncio.to_thread(act, partial(action, *values, **options))
        )
        self._writes.add(written)
        written.add_done_callback(self._writes.discard)
        return await asyncio.shield(written)

    async def _answer_to(self, overlay: Overlay[T]) -> T | None:
        return await self.app.push_screen_wait(overlay)

    async def _ask(self, text: str, choices: dict[str, str], otherwise: str) -> str:
        return await self._answer_to(Confirm(text, choices, otherwise)) or ""

    async def _confirmed(self, key: str, text: str, word: str) -> bool:
        """Whether the user wants what a key does, which pressing it again says, and
        it still can be done then."""
        if not await self._ask(text, {key: word}, "no"):
            return False
        why_not = keys.BY_NAME[key].use(self.situation).why_not
        self.say_aside(why_not)
        return not why_not

    def _go(self, message: Message) -> None:
        """Leave this screen for good, once."""
        if not self._left:
            self._left = True
            self.post_message(message)

    def _from_any_thread(self, action: Callable[..., object]) -> Callable[..., None]:
        def call(*values: object) -> None:
            # the screen may be gone by now
            with contextlib.suppress(RuntimeError):
                self.app.call_later(action, *values)

        return call
