"""Why there is no verdict."""

from __future__ import annotations


class JudgeError(Exception):
    """The judge cannot work here; the message says what to do."""


class Stopped(Exception):
    """Somebody gave up the verdict before it came."""


class WrongWay(JudgeError):
    """The way of judging that was asked for is unknown, or is not to be had here."""
