"""Why a request gets nothing."""

from __future__ import annotations


class Refused(Exception):
    """A request is not for us: the status, and why in one sentence."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
