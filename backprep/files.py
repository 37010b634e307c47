"""Write what a command was asked to write, or say in a sentence why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backprep import whole, workspace
from backprep.workspace import WorkspaceError


def write(path: Path, text: str) -> None:
    """Write what can be made again at any time, in place of what is there.

    The text arrives whole or not at all. Raises WorkspaceError.
    """
    with _explained(path), whole.in_place_of(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet; one that is stays as it is.

    Raises WorkspaceError.
    """
    with _explained(path):
        workspace.write_new(path, text)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise WorkspaceError(
            f"{path} is there already and stays as it is: name another file."
        ) from None
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be written: {error.strerror}. Nothing was changed."
        ) from None
