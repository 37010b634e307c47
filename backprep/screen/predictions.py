"""The form of a predict question: a line for each name."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from backprep import predicted
from backprep.bank import Question


class Predictions(Vertical):
    """Holds what the user predicts; `put` writes it to the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, question: Question, answers: Path) -> None:
        super().__init__(id="predictions")
        self._question = question
        self._answers = answers

    def compose(self) -> ComposeResult:
        for name, text in predicted.values(self._question, self._answers).items():
            with Horizontal():
                yield Label(name, markup=False)
                yield Input(text, placeholder="...", compact=True, name=name)
        yield Static(id="no_value", markup=False)

    def said(self) -> dict[str, str]:
        return {field.name or "": field.value for field in self.query(Input)}

    def take(self) -> None:
        """Show what the file says; what is typed and not written yet stays."""
        for name, text in predicted.values(self._question, self._answers).items():
            field = self._of(name)
            if text and not field.has_focus:
                field.value = text

    def put(self) -> str:
        """Write the values, and say what is none; then nothing is written.

        Raises WorkspaceError.
        """
        said = self.said()
        wrong = [
            name
            for name, text in said.items()
            if text.strip() and not predicted.is_a_value(text)
        ]
        word = ""
        if wrong:
            word = (
                f"{wrong[0]}: {said[wrong[0]]} is no Python value; write it like "
                '2.0, [1, 2], True, None or "float16".'
            )
            self._of(wrong[0]).focus()
        elif said != predicted.values(self._question, self._answers):
            predicted.write(self._question, self._answers, said)
        self.query_one("#no_value", Static).update(word)
        return word

    def _of(self, name: str) -> Input:
        return next(field for field in self.query(Input) if field.name == name)
