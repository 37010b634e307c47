"""The points of a spoken answer, to be ticked by the one who spoke."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from backprep.bank.model_answer import Rubric
from backprep.screen import markdown
from backprep.screen.overlay import Overlay


class Point(Static, can_focus=True):
    """One point and whether it was said."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "tick", show=False)]

    def __init__(self, text: str) -> None:
        super().__init__(markup=False)
        self._text = text
        self.said = False

    def on_mount(self) -> None:
        self._draw()

    def on_click(self) -> None:
        self.action_tick()

    def action_tick(self) -> None:
        self.said = not self.said
        self._draw()

    def _draw(self) -> None:
        row = Table.grid(padding=(0, 1))
        row.add_row(Text("[x]" if self.said else "[ ]"), Text(self._text))
        self.update(row)


class RubricPage(Overlay[tuple[list[bool], list[bool]] | None]):
    """Ends with what was ticked, or with None when one goes on talking."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "hand_in", show=False),
        Binding("escape", "dismiss(None)", show=False),
        Binding("down,j", "app.focus_next", show=False),
        Binding("up,k", "app.focus_previous", show=False),
    ]

    def __init__(self, title: str, rubric: Rubric) -> None:
        super().__init__()
        self._title = title
        self._must = [Point(text) for text in rubric.must]
        self._nice = [Point(text) for text in rubric.nice]
        self._warned = False

    def compose(self) -> ComposeResult:
        yield Static(f"What did you say? {self._title}", classes="title", markup=False)
        with VerticalScroll(can_focus=False):
            yield Static(markdown.heading("Must have: one that is missed fails"))
            yield from self._must
            yield Static(markdown.heading("Nice to have"))
            yield from self._nice
        yield Static(
            "Space  tick   ↑ ↓  move   Enter  done   Esc  talk on",
            classes="keys",
            markup=False,
        )

    def on_mount(self) -> None:
        first = [*self._must, *self._nice][:1]
        for point in first:
            point.focus(scroll_visible=False)

    def action_hand_in(self) -> None:
        must = [point.said for point in self._must]
        nice = [point.said for point in self._nice]
        if any((*must, *nice)) or self._warned:
            self.dismiss((must, nice))
            return
        self.query_one(".keys", Static).update(
            "Nothing is ticked. Enter once more, if you said none of it."
        )
        # an Enter that was pressed before this can be read does not confirm it
        self.call_after_refresh(setattr, self, "_warned", True)
