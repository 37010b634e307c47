"""A question as a notebook shows it."""

from __future__ import annotations

from backprep.bank.question import Question
from backprep.terminal.console import without_pictures


def prompt(question: Question) -> str:
    """Its title, what kind of question it is, and what it asks, in Markdown."""
    about = f"{question.id}, {question.kind}, {question.level}"
    text = without_pictures(question.prompt)
    return f"# {question.title}\n\n*{about}, {question.minutes} minutes*\n\n{text}"
