"""Answers as they were at a moment: kept under the hash of their text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from backprep import files
from backprep.journal.errors import JournalError
from backprep.journal.event import Event


class Snapshots:
    """The texts in `folder/snapshots`; one that is there twice is kept once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "snapshots"

    def path(self, digest: str) -> Path:
        """Where the text with this hash lies, if it is kept."""
        return self.folder / digest[:2] / f"{digest[2:]}.py"

    def put(self, text: str) -> str:
        """Keep a text, whole or not at all, and give its SHA-256.

        Raises JournalError where it cannot be kept.
        """
        content = text.encode(errors="surrogatepass")
        key = files.digest(text)
        path = self.path(key)
        if path.is_file():
            return key
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with files.in_place_of(path) as temporary:
                temporary.write_bytes(content)
        except OSError as error:
            raise JournalError(
                f"The answer could not be kept at {path}: {error.strerror}. "
                "Your own file is as it was."
            ) from None
        return key

    def get(self, digest: str) -> str:
        """The text kept under this hash. Raises JournalError."""
        try:
            return self.path(digest).read_text("utf-8", "surrogatepass")
        except OSError as error:
            raise JournalError(
                f"The answer kept as {digest[:12]} cannot be read: {error.strerror} "
                f"({self.path(digest)})."
            ) from None


class Kept(NamedTuple):
    """An answer that an event of an attempt kept."""

    event: Event
    digest: str


def kept(events: Iterable[Event], question: str) -> list[Kept]:
    """The answers to a question that were kept, in the order of the events."""
    return [
        Kept(event, digest)
        for event in events
        if event.question == question and (digest := event.data.get("snapshot"))
    ]
