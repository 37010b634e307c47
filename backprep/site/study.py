"""The pages whose content is the reader's own: the mock interview, the progress."""

from __future__ import annotations

from pathlib import Path

from backprep.site.markup import element
from backprep.site.page import Page

SOURCE = Path("backprep", "site", "study.py")


def mock(root: Path) -> Page:
    """The mock interview, which scripts hold."""
    inside = (
        "This page needs scripts. In a terminal, `backprep mock` holds the same "
        "interview."
    )
    body = f"""\
# Mock interview

Choose how long you have and what to talk about. You get questions that fit, one after
the other against one clock, with no hints and no answers until the debrief. Nothing is
sent anywhere.

{element("mock", inside)}
"""
    return Page(
        "mock.md",
        "Mock interview",
        body,
        root / SOURCE,
        meta={
            "description": "A timed mock interview in PyTorch: a seeded set of "
            "questions, one clock, and a debrief with the rubric.",
            "hide": ["navigation", "toc"],
        },
    )


def progress(root: Path) -> Page:
    """The reader's plan and progress, which scripts draw."""
    inside = (
        "This page needs scripts. In a terminal, `backprep plan` and `backprep stats` "
        "show the same from the journal that the command line keeps."
    )
    body = f"""\
# Plan and progress

What to do each day until your interview, and how practice has gone so far. It is kept
on this machine alone: in this browser or, where the judge is in the page, in the
journal that the terminal writes too.

{element("progress", inside)}
"""
    return Page(
        "progress.md",
        "Plan and progress",
        body,
        root / SOURCE,
        meta={
            "description": "Your plan for the days until the interview and your "
            "progress through the PyTorch questions, kept on this machine.",
            "hide": ["navigation", "toc"],
        },
    )
