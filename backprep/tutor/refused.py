"""What the tutor does not do."""

from __future__ import annotations


class Refused(Exception):
    """The tutor does not do what was asked; the message says why, and what to do."""
