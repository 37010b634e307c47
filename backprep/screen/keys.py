"""The keys of the practice screen: which there are, and what each does when."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

READY, WORKING, PAUSED, FINISHED = "ready", "working", "paused", "finished"


class Situation(NamedTuple):
    """All that the keys depend on."""

    state: str = READY
    spoken: bool = False
    mock: bool = False
    unfinished: bool = False
    """Whether the attempt was begun before this screen was."""
    old_answer: bool = False
    """Whether an answer of an earlier attempt lies there."""
    hints_left: bool = False
    earned: bool = False
    """Whether the answer may be seen: passed, revealed or given up."""
    gradable: bool = False
    """Whether the rating can be moved."""


class Key(NamedTuple):
    key: str
    """As Textual names it."""
    sign: str
    """As people read it."""
    action: str
    does: Callable[[Situation], str]
    """A word for the line of keys; empty where the key does nothing."""
    more: str
    """A sentence for the page of all keys."""


def _enter(now: Situation) -> str:
    if now.state == READY and not now.unfinished:
        return "from blank" if now.old_answer else "begin"
    if now.state in (READY, PAUSED):
        return "go on"
    if now.state == FINISHED:
        return "next" if now.mock else "run"
    return "done talking" if now.spoken else "run"


def _next(now: Situation) -> str:
    if now.mock:
        return "next" if now.state == WORKING else ""
    return {READY: "another", FINISHED: "next"}.get(now.state, "")


KEYS = (
    Key(
        "enter",
        "Enter",
        "enter",
        _enter,
        "Begin or go on; run the checks, or run them anew; done talking.",
    ),
    Key(
        "k",
        "k",
        "keep",
        lambda now: "old answer" if now.state == READY and now.old_answer else "",
        "Begin with the answer of the last time.",
    ),
    Key(
        "e",
        "e",
        "edit",
        lambda now: "" if now.state == READY else "editor",
        "Open the answer in $VISUAL or $EDITOR.",
    ),
    Key(
        "h",
        "h",
        "hint",
        lambda now: (
            "hint" if now.state == WORKING and now.hints_left and not now.mock else ""
        ),
        "A hint: a nudge, the approach, the key line. Its cost is said first.",
    ),
    Key(
        "f",
        "f",
        "follow_ups",
        lambda now: "follow-ups" if now.state == FINISHED and not now.mock else "",
        "The interviewer's follow-up questions, one by one.",
    ),
    Key(
        "c",
        "c",
        "compare",
        lambda now: "compare" if now.earned and not now.mock else "",
        "The model answer, the solution, and what separates yours from it.",
    ),
    Key(
        "n",
        "n",
        "next",
        _next,
        "Another question; in a mock interview, leave this one.",
    ),
    Key(
        "b",
        "b",
        "blank",
        lambda now: (
            "from blank"
            if now.state in (WORKING, FINISHED) and not now.spoken and not now.mock
            else ""
        ),
        "Start the answer over; yours is kept.",
    ),
    Key(
        "r",
        "r",
        "reveal",
        lambda now: (
            "reveal"
            if now.state in (WORKING, PAUSED) and not now.earned and not now.mock
            else ""
        ),
        "Show the answer. It ends the attempt, and asks first.",
    ),
    Key(
        "plus",
        "+",
        "grade(1)",
        lambda now: "grade" if now.gradable else "",
        "Move the rating up by one step, where the table lets you.",
    ),
    Key(
        "minus",
        "-",
        "grade(-1)",
        lambda now: "grade" if now.gradable else "",
        "Move the rating down by one step.",
    ),
    Key(
        "p",
        "p",
        "pause",
        lambda now: "pause" if now.state == WORKING else "",
        "Stop the clock until Enter.",
    ),
    Key(
        "x",
        "x",
        "end",
        lambda now: "end" if now.state in (WORKING, PAUSED) and not now.mock else "",
        "End the attempt without a pass. It asks first.",
    ),
    Key(
        "tab",
        "Tab",
        "turn",
        lambda now: "turn",
        "The other part: the prompt, or the checks.",
    ),
    Key("t", "t", "clock", lambda now: "clock", "Hide the clock, or show it."),
    Key("d", "d", "dark", lambda now: "light/dark", "Light or dark."),
    Key(
        "q",
        "q",
        "leave",
        lambda now: "leave",
        "Leave; what is not finished is paused. So does Ctrl-C.",
    ),
)

IN_A_FIELD = (
    ("Enter", "run"),
    ("Tab", "next line"),
    ("Esc", "the other keys"),
    ("F1", "all"),
)
"""What the line of keys says where letters are text."""


def offered(now: Situation) -> list[Key]:
    """The keys that do something now, the most wanted first."""
    return [key for key in KEYS if key.does(now)]


def line(now: Situation, width: int) -> list[tuple[str, str]]:
    """As many signs and words as fit in a line; the one that shows all is last."""
    last = ("?", "keys")
    room = width - _width(last)
    shown: list[tuple[str, str]] = []
    for key in offered(now):
        if shown and shown[-1][1] == key.does(now):
            pair = (f"{shown[-1][0]}/{key.sign}", shown[-1][1])
            room += _width(shown.pop())
        else:
            pair = (key.sign, key.does(now))
        if room < _width(pair):
            break
        room -= _width(pair)
        shown.append(pair)
    return [*shown, last]


def _width(pair: tuple[str, str]) -> int:
    return len(pair[0]) + len(pair[1]) + 3
