"""The form of a predict question: a line for each name."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from backprep.bank.question import Question
from backprep.workspace import predictions_file


class Predictions(Vertical):
    """Holds what the user predicts; `keep` writes it to the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, question: Question, answers: Path) -> None:
        super().__init__(id="predictions")
        self._question = question
        self._answers = answers

    def compose(self) -> ComposeResult:
        for name, text in predictions_file.values(
            self._question, self._answers
        ).items():
            with Horizontal():
                yield Label(name, markup=False)
                yield Input(text, placeholder="...", compact=True, name=name)
        yield Static(id="no_value", markup=False)

    def take(self) -> bool:
        """Show what the file says, and tell whether that was new.

        What is typed and not written yet stays.
        """
        new = False
        for name, text in predictions_file.values(
            self._question, self._answers
        ).items():
            field = self._of(name)
            if text and not field.has_focus and field.value.strip() != text:
                field.value = text
                new = True
        return new

    def keep(self) -> None:
        """Write the values, leaving out what is not one. Raises WorkspaceError."""
        good = {
            field.name or "": field.value.strip() if _is_good(field) else ""
            for field in self.query(Input)
        }
        if good != predictions_file.values(self._question, self._answers):
            predictions_file.write(self._question, self._answers, good)

    def problem(self) -> str:
        """What is not a Python value, said in the form as well; empty where all are."""
        wrong = next((f for f in self.query(Input) if not _is_good(f)), None)
        word = ""
        if wrong is not None:
            wrong.focus()
            word = (
                f"{wrong.name}: {wrong.value} is not a Python value; write it like "
                '2.0, [1, 2], True, None or "float16".'
            )
        self.query_one("#no_value", Static).update(word)
        return word

    def _of(self, name: str) -> Input:
        return next(field for field in self.query(Input) if field.name == name)


def _is_good(field: Input) -> bool:
    return not field.value.strip() or predictions_file.is_a_value(field.value)
