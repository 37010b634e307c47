"""Files that arrive whole or not at all, and a sentence where one cannot be used."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STRANGE = {
    stat.S_ISDIR: "a folder",
    stat.S_ISFIFO: "a FIFO",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}


# read as it is, waiting for nobody, where a system has these
_READ = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"):
    _READ |= getattr(os, _flag, 0)


class FileProblem(Exception):
    """A file cannot be read or written; the message names it and says why."""


def strange_kind(path: Path) -> str | None:
    """What stands at `path` where it is not a file: "a folder", "a FIFO", "a device".

    None for a file, and where there is nothing.
    """
    try:
        return _strange(path.stat().st_mode)
    except OSError:
        return None


def inode(path: Path) -> int:
    """What tells a file or folder from another that took its place; 0 where there
    is none."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def read(path: Path) -> bytes:
    """What a file holds, without ever waiting for anybody.

    Raises OSError, and FileProblem where a folder, a FIFO or a device is in its place.
    """
    fd = os.open(path, _READ)
    try:
        if strange := _strange(os.fstat(fd).st_mode):
            raise FileProblem(f"{path} is {strange}; a file is expected there.")
        with os.fdopen(fd, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(fd)


@contextmanager
def in_place_of(path: Path) -> Iterator[Path]:
    """A file beside `path`, to be written: it takes the place of `path` when the
    block ends, and is gone when the block raises an error. Raises OSError."""
    with beside(path) as temporary:
        yield temporary
        temporary.replace(path)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """The name of a file in the same folder, which is gone after the block."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def create(path: Path, text: str) -> None:
    """Write a file that is not there, whole or not at all. Raises OSError."""
    with beside(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")
        # unlike a rename, a link never replaces what is there
        os.link(temporary, path)


def write(path: Path, text: str) -> None:
    """Write what can be made again at any time, in place of what is there.

    The text arrives whole or not at all. Raises FileProblem.
    """
    with _explained(path), in_place_of(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet; one that is stays as it is.

    Raises FileProblem.
    """
    with _explained(path):
        create(path, text)


def replace(path: Path, text: str) -> None:
    """Write a file in place of an old one: links and rights stay.

    The text arrives whole or not at all. Raises FileProblem.
    """
    path = path.resolve()  # a link stays one
    if strange := strange_kind(path):
        raise FileProblem(f"{path} is {strange} and stays as it is.")
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with in_place_of(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="")
            if path.is_file():
                shutil.copymode(path, temporary)


def must_be_text(path: Path) -> None:
    """Raise FileProblem where a page would lose bytes by saving what it shows."""
    try:
        read(path).decode()
    except (OSError, UnicodeDecodeError):
        raise FileProblem(
            f"{path} is not UTF-8 text; mend it in your editor."
        ) from None


def digest(text: str | None) -> str:
    """What tells one text from another; empty where there is none."""
    if text is None:
        return ""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _strange(mode: int) -> str | None:
    for is_kind, name in _STRANGE.items():
        if is_kind(mode):
            return name
    return None


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise FileProblem(
            f"{path} is there already and stays as it is: name another file."
        ) from None
    except OSError as error:
        raise FileProblem(
            f"{path} cannot be written: {error.strerror}. Nothing was changed."
        ) from None
    except UnicodeEncodeError:
        raise FileProblem(
            f"{path} cannot be written: the text holds half a character."
        ) from None
