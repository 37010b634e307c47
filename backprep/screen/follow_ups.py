"""The interviewer's follow-up questions, one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from backprep.bank.model_answer import model_answer
from backprep.bank.question import Question
from backprep.screen import markdown
from backprep.screen.overlay import Overlay


class FollowUps(Overlay[None]):
    """Shows a question, then what one says to it, then the next.

    `asked` is told the number of each as it is shown, from 1.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "on", show=False),
        Binding("escape,q", "dismiss", show=False),
    ]

    def __init__(self, question: Question, asked: Callable[[int], object]) -> None:
        super().__init__()
        self._title = question.title
        self._questions = question.follow_ups
        self._answers = model_answer(question).follow_ups
        self._asked = asked
        self._number = 0
        self._open = True

    def compose(self) -> ComposeResult:
        yield Static(classes="title", markup=False)
        with VerticalScroll():
            yield Static(id="question")
            yield Static(id="said")
        yield Static(classes="keys", markup=False)

    def on_mount(self) -> None:
        if self.children:  # none, when the application ends while this opens
            self.action_on()

    def action_on(self) -> None:
        """What Enter does: show what one says, or ask the next."""
        if not self._open and self._number <= len(self._answers):
            self._open = True
        elif self._number < len(self._questions):
            self._number += 1
            self._open = False
            self._asked(self._number)
        else:
            self.dismiss()
            return
        self._draw()

    def _draw(self) -> None:
        dark = self.app.current_theme.dark
        last = self._number == len(self._questions)
        self.query_one(".title", Static).update(
            f"Follow-up {self._number} of {len(self._questions)}: {self._title}"
        )
        asked = self._questions[self._number - 1]
        self.query_one("#question", Static).update(markdown.markdown(asked, dark))
        said = ""
        if self._open:
            said = self._answers[self._number - 1]
        self.query_one("#said", Static).update(markdown.markdown(said, dark))
        word = "show what to say" if not self._open else "done" if last else "the next"
        self.query_one(".keys", Static).update(
            f"Say it aloud first.   Enter  {word}   Esc  back"
            if not self._open
            else f"Enter  {word}   Esc  back"
        )
