"""The file of an answer, as the pages see and write it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from backprep import whole
from backprep.server.guard import Refused


def digest(text: str | None) -> str:
    if text is None:
        return ""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def must_be_text(path: Path) -> None:
    """Bytes that a page cannot show would be lost by saving from it."""
    try:
        path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        raise Refused(
            400, f"{path} is not UTF-8 text; mend it in your editor."
        ) from None


def replace(path: Path, text: str) -> None:
    """Write a file whole or not at all. Raises Refused."""
    path = path.resolve()  # a link stays one
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole.in_place_of(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
            if path.is_file():
                shutil.copymode(path, temporary)
    except OSError as error:
        raise Refused(400, f"{path} cannot be written: {error.strerror}.") from None
    except UnicodeEncodeError:
        raise Refused(400, "The text holds half a character.") from None
