"""A question to the user, below everything else, which one key answers."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from backprep.screen.overlay import Overlay


class Confirm(Overlay[str], ModalScreen[str]):
    """Waits for one of the keys in `choices`, or for Esc, which gives "" and means
    `otherwise`."""

    def __init__(self, text: str, choices: Mapping[str, str], otherwise: str) -> None:
        super().__init__()
        self._text = text
        self._choices = dict(choices)
        self._otherwise = otherwise

    def compose(self) -> ComposeResult:
        keys = Text()
        offered = dict(self._choices)
        if self._otherwise not in offered.values():
            offered["Esc"] = self._otherwise
        for key, word in offered.items():
            keys.append("Enter" if key == "enter" else key, style="bold")
            keys.append(f" {word}   ")
        yield Static(Text.assemble(self._text, "\n", keys), id="asked")

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key in self._choices:
            self.dismiss(event.key)
        elif event.key == "escape":
            self.dismiss("")
