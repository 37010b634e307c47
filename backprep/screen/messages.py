"""What a question's screen tells the application; the application does it."""

from __future__ import annotations

from pathlib import Path

from textual.message import Message

from backprep.bank.question import Question


class Leave(Message, namespace="question"):
    """The user wants to leave. (Textual has an event of this name, for the mouse.)"""


class NextQuestion(Message):
    """The user wants another question, and does not want this one again."""

    def __init__(self, left: Question) -> None:
        super().__init__()
        self.left = left


class NextInInterview(Message):
    """The mock interview goes on with its next question, or ends."""


class Reopen(Message):
    """The same question is to begin again; `word` is what to say first."""

    def __init__(self, question: Question, word: str) -> None:
        super().__init__()
        self.question = question
        self.word = word


class OpenEditor(Message):
    """The answer is to be opened in the user's editor."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
