"""The line of keys at the bottom: as many as fit, those that matter first."""

from __future__ import annotations

from backprep.screen.keys import FINISHED, KEYS, PAUSED, READY, WORKING, Key, Situation

MATTERS = {
    READY: ("enter", "k", "n", "q"),
    WORKING: ("enter", "tab", "h", "n", "p", "q"),
    PAUSED: ("enter", "tab", "x", "q"),
    FINISHED: ("enter", "tab", "n", "c", "q"),
}
"""The keys that the line has at any width, where they do something. Tab is one
of them where one part hides the other."""

IN_A_FIELD = [
    ("Enter", "run"),
    ("Tab", "next line"),
    ("Esc", "the other keys"),
    ("F1", "all"),
]
"""What the line says where letters are text."""

LAST = ("?", "keys")
BETWEEN = "  "


def offered(now: Situation) -> list[Key]:
    """The keys that do something now, those that matter first."""
    useful = [key for key in KEYS if key.use(now).word]
    return sorted(useful, key=lambda key: not matters(key, now))


def matters(key: Key, now: Situation) -> bool:
    """Whether the line must have this key."""
    if key.key == "tab" and not now.one_part:
        return False
    if key.key == "n" and now.state == WORKING and not now.mock:
        return False
    return key.key in MATTERS[now.state]


def key_line(now: Situation, width: int) -> list[tuple[str, str]]:
    """As many signs and words as fit; the key that shows all is last."""
    room = width - len(" ".join(LAST))
    shown: list[tuple[str, str]] = []
    for key in offered(now):
        word = key.use(now).word
        if shown and shown[-1][1] == word:
            pair = (f"{shown[-1][0]}/{key.sign}", word)
            room += _width(shown.pop())
        else:
            pair = (key.sign, word)
        if room < _width(pair):
            break
        room -= _width(pair)
        shown.append(pair)
    return [*shown, LAST]


def _width(pair: tuple[str, str]) -> int:
    return len(" ".join(pair)) + len(BETWEEN)
