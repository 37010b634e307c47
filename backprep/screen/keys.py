"""The keys of the practice screen: which there are, and what each does when."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

READY, WORKING, PAUSED, FINISHED = "ready", "working", "paused", "finished"

NOT_BEGUN = "before you begin; Enter begins."
IS_PAUSED = "The attempt is paused; Enter goes on."
IS_OVER = "The attempt is over; n is the next question."


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
    other_part: str = ""
    """What Tab turns to: prompt or checks; empty while there is the prompt alone."""
    one_part: bool = False
    """Whether the window has room for one of the two only."""


class Use(NamedTuple):
    """What a key does now."""

    word: str = ""
    """For the line of keys; empty where it does nothing."""
    why_not: str = ""
    """Why it does nothing, in a sentence."""


class Key(NamedTuple):
    """One key, for every situation."""

    key: str
    """As Textual names it."""
    sign: str
    """As people read it."""
    action: str
    use: Callable[[Situation], Use]
    more: str
    """A sentence for the page of all keys."""


def _does_nothing(why: str) -> Use:
    return Use(why_not=why)


def _enter(now: Situation) -> Use:
    if now.state == READY and not now.unfinished:
        return Use("from blank" if now.old_answer else "begin")
    if now.state in (READY, PAUSED):
        return Use("go on")
    if now.state == FINISHED:
        return Use("next" if now.mock else "run")
    return Use("done" if now.spoken else "run")


def _keep(now: Situation) -> Use:
    if now.state != READY:
        return _does_nothing("The attempt has begun; k chooses the old answer before.")
    if not now.old_answer:
        return _does_nothing("There is no old answer to begin with; Enter begins.")
    return Use("old answer")


def _edit(now: Situation) -> Use:
    if now.state == READY:
        return _does_nothing(f"There is nothing to edit {NOT_BEGUN}")
    return Use("editor")


def _hint(now: Situation) -> Use:
    if now.mock:
        return _does_nothing("A mock interview gives no hints.")
    match now.state:
        case "ready":
            return _does_nothing(f"There are no hints {NOT_BEGUN}")
        case "paused":
            return _does_nothing(IS_PAUSED)
        case "finished":
            return _does_nothing("The attempt is over; c shows the answer.")
    if not now.hints_left:
        return _does_nothing("All hints stand below the prompt already.")
    return Use("hint")


def _follow_ups(now: Situation) -> Use:
    if now.mock:
        return _does_nothing("In a mock interview Enter and n lead on.")
    if now.state != FINISHED:
        return _does_nothing("Follow-up questions come when the attempt is over.")
    return Use("follow-ups")


def _compare(now: Situation) -> Use:
    if now.mock:
        return _does_nothing("A mock interview shows no answers.")
    if now.state == READY:
        return _does_nothing(f"There is nothing to compare {NOT_BEGUN}")
    if not now.earned:
        return _does_nothing("The answer is shown after a pass; r reveals it before.")
    return Use("compare")


def _next(now: Situation) -> Use:
    match now.state:
        case "ready" if now.mock:
            return _does_nothing(f"There is no question to leave {NOT_BEGUN}")
        case "ready":
            return Use("another")
        case "finished" if now.mock:
            return _does_nothing("This question is over; Enter goes on.")
        case "finished":
            return Use("next")
        case "paused" if now.mock:
            return _does_nothing(IS_PAUSED)
        case "working" if now.mock:
            return Use("next")
    return _does_nothing("The attempt is not over; x ends it, q leaves it paused.")


def _blank(now: Situation) -> Use:
    if now.mock:
        return _does_nothing("In a mock interview nothing starts over.")
    if now.spoken:
        return _does_nothing("What is spoken has no file to start over.")
    if now.state == READY:
        return _does_nothing(f"There is nothing to start over {NOT_BEGUN}")
    if now.state == PAUSED:
        return _does_nothing(IS_PAUSED)
    return Use("from blank")


def _reveal(now: Situation) -> Use:
    if now.mock:
        return _does_nothing("A mock interview reveals nothing.")
    if now.state == READY:
        return _does_nothing(f"There is nothing to reveal {NOT_BEGUN}")
    if now.earned:
        return _does_nothing("The answer needs no revealing any more; c shows it.")
    return Use("reveal")


def _grade(now: Situation) -> Use:
    if now.mock:
        return _does_nothing("In a mock interview no rating can be moved.")
    if now.state != FINISHED:
        return _does_nothing("There is no rating before the attempt is over.")
    if not now.gradable:
        return _does_nothing("This attempt has no rating that could be moved.")
    return Use("grade")


def _pause(now: Situation) -> Use:
    match now.state:
        case "ready":
            return _does_nothing("The clock stands still until Enter starts it.")
        case "paused":
            return _does_nothing(IS_PAUSED)
        case "finished":
            return _does_nothing("The attempt is over; no clock runs.")
    return Use("pause")


def _end(now: Situation) -> Use:
    if now.state == FINISHED:
        return _does_nothing("The attempt is over already.")
    if now.state == READY:
        return _does_nothing(f"There is nothing to end {NOT_BEGUN}")
    if now.mock and now.state == PAUSED:
        return _does_nothing(IS_PAUSED)
    if now.mock:
        return _does_nothing("In a mock interview n leaves the question.")
    return Use("end")


def _turn(now: Situation) -> Use:
    if not now.other_part:
        return _does_nothing("There is only the prompt until the checks have run.")
    return Use(now.other_part)


def _always(word: str) -> Callable[[Situation], Use]:
    return lambda now: Use(word)


KEYS = (
    Key(
        "enter",
        "Enter",
        "enter",
        _enter,
        "Begin or go on; run the checks, or run them anew; done talking.",
    ),
    Key("k", "k", "keep", _keep, "Begin with the answer of the last time."),
    Key("e", "e", "edit", _edit, "Open the answer in $VISUAL or $EDITOR."),
    Key(
        "h",
        "h",
        "hint",
        _hint,
        "A hint: a nudge, the approach, the key line. Its cost is said first.",
    ),
    Key(
        "f",
        "f",
        "follow_ups",
        _follow_ups,
        "The interviewer's follow-up questions, one by one.",
    ),
    Key(
        "c",
        "c",
        "compare",
        _compare,
        "The model answer, the solution, and what separates yours from it.",
    ),
    Key(
        "n",
        "n",
        "next",
        _next,
        "Another question; in a mock interview, leave this one.",
    ),
    Key("b", "b", "blank", _blank, "Start the answer over; yours is kept."),
    Key(
        "r",
        "r",
        "reveal",
        _reveal,
        "Show the answer. It ends the attempt, and asks first.",
    ),
    Key(
        "plus",
        "+",
        "grade(1)",
        _grade,
        "Move the rating up by one step, where the table lets you.",
    ),
    Key("minus", "-", "grade(-1)", _grade, "Move the rating down by one step."),
    Key("p", "p", "pause", _pause, "Stop the clock until Enter."),
    Key("x", "x", "end", _end, "End the attempt without a pass. It asks first."),
    Key("tab", "Tab", "turn", _turn, "The other part: the prompt, or the checks."),
    Key("t", "t", "clock", _always("clock"), "Hide the clock, or show it."),
    Key("d", "d", "dark", _always("light/dark"), "Light or dark."),
    Key(
        "q",
        "q",
        "leave",
        _always("leave"),
        "Leave; what is not finished is paused. So does Ctrl-C.",
    ),
)
BY_NAME = {key.key: key for key in KEYS}
