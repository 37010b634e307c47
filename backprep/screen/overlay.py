"""What lies over the question until the user puts it away."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import Screen, ScreenResultType


class Overlay(Screen[ScreenResultType]):
    """A screen over another one that can be put away once.

    Keys that arrive in one read are all on their way to it before the first of
    them puts it away. Those that come after that change nothing.
    """

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys do nothing before there is something to see."""
        return self.is_mounted

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Put this away and give `result` to whoever waits for it."""
        if not self.is_active:
            return AwaitComplete()
        return super().dismiss(result)
