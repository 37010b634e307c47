"""Why there is no verdict."""

from __future__ import annotations


class JudgeError(Exception):
    """The judge cannot work here; the message says what to do."""


class Stopped(Exception):
    """Somebody gave up the verdict before it came."""
