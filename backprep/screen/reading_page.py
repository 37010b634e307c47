"""A page that lies over the question until it is put away."""

from __future__ import annotations

from typing import ClassVar

from rich.console import RenderableType
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from backprep.screen.overlay import Overlay


class Page(Overlay[None]):
    """Something to read; Esc or q puts it away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
    ]

    def __init__(self, title: str, *parts: RenderableType) -> None:
        super().__init__()
        self._title = title
        self._parts = parts

    def compose(self) -> ComposeResult:
        yield Static(self._title, classes="title", markup=False)
        with VerticalScroll():
            for part in self._parts:
                yield Static(part, markup=False)
        yield Static("↑ ↓  scroll   Esc  back", classes="keys", markup=False)
