"""Text from outside, made safe to show: on a terminal, in JSON, on a page."""

from __future__ import annotations

import re

_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    r"""The text with what would command a terminal, or cannot be encoded, shown.

    Control characters other than newline and tab (ESC, DEL and C1 among them) and
    lone surrogates become the escapes that Python writes for them: `\x1b`, `\ud800`.
    """
    return _HARMFUL.sub(lambda found: _escape(found[0]), text)


def one_line(text: str) -> str:
    """The printable text on one line, without white space around it."""
    return " ".join(printable(text).split())


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
