"""The candidate's own files: written once, never overwritten."""

from __future__ import annotations

import shlex
import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from backprep import files
from backprep.bank.question import Question
from backprep.bank.starter import starter
from backprep.files import FileProblem

KEPT = ".kept"
STAMP = "%Y%m%d-%H%M%S-%f"


class WorkspaceError(FileProblem):
    """A file of the candidate's cannot be read or written."""


class Kept(NamedTuple):
    """An answer that was put aside."""

    path: Path
    at: datetime


def start(question: Question, answers: Path) -> tuple[Path, bool]:
    """Write the question's starter, and say where and whether it was written.

    A file that is there already is left as it is. The text arrives whole or not
    at all. Raises WorkspaceError.
    """
    path = question.answer_path(answers)
    text = starter(question)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise WorkspaceError(
            f"{path} cannot be written: a part of its path is a file, not a folder."
        ) from None
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be written: {error.strerror}. Nothing was changed."
        ) from None
    try:
        files.create(path, text)
    except FileExistsError:
        if path.is_file():
            return path, False
        strange = files.strange_kind(path) or "a link to nothing"
        raise WorkspaceError(
            f"{path} is {strange} and not a file; move it away."
        ) from None
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be written: {error.strerror}. Nothing was changed."
        ) from None
    return path, True


def reset(question: Question, answers: Path) -> tuple[Path, Path | None]:
    """Put the answer aside and write the starter anew.

    Returns the answer's path and where the old one lies now, if there was one.
    Raises WorkspaceError.
    """
    path = question.answer_path(answers)
    kept = _put_aside(question, answers) if path.is_file() else None
    try:
        start(question, answers)
    except WorkspaceError:
        if kept is not None:
            kept.rename(path)
        raise
    return path, kept


def write(
    question: Question, answers: Path, text: str, known: str | None = None
) -> Path | None:
    """Write an answer where there is none, or in place of the starter or of the text
    `known`; any other one is put aside.

    Returns where that one lies now. Raises WorkspaceError.
    """
    path = question.answer_path(answers)
    old = read(path) if path.is_file() else None
    if old == text:
        return None
    replaceable = old in (None, known, starter(question))
    kept = None if replaceable else _put_aside(question, answers)
    try:
        files.replace(path, text)
    except FileProblem as problem:
        if kept is not None:
            kept.rename(path)
        raise WorkspaceError(str(problem)) from None
    return kept


def last_kept(question: Question, answers: Path) -> Kept | None:
    """The answer that was put aside last, if there is one."""
    name = f"{question.slug}-"
    found = sorted((answers / KEPT / question.topic).glob(f"{name}*.py"))
    if not found:
        return None
    at = datetime.strptime(found[-1].stem.removeprefix(name), STAMP)
    return Kept(found[-1], at.astimezone())


def restore(question: Question, answers: Path) -> tuple[Path, Path | None]:
    """Bring the answer back that was put aside last.

    What was written since is put aside in its turn, so that a second call undoes the
    first. Returns the answer's path and where it lay, None where none was put aside.
    Raises WorkspaceError.
    """
    path = question.answer_path(answers)
    kept = last_kept(question, answers)
    if kept is None:
        return path, None
    if edited(question, answers):
        _put_aside(question, answers)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept.path.replace(path)
    except OSError as error:
        raise WorkspaceError(
            f"{kept.path} cannot be brought back: {error.strerror}."
        ) from None
    return path, kept.path


def way_back(path: Path, kept: Path) -> str:
    """How to have an answer again that `reset` put aside."""
    return f"To get it back: {shlex.join(['cp', str(kept), str(path)])}"


def edited(question: Question, answers: Path) -> bool:
    """Whether the answer is there and says more than the starter."""
    path = question.answer_path(answers)
    return path.is_file() and read(path) != starter(question)


def read(path: Path) -> str:
    """The text of an answer, whatever bytes it holds. Raises WorkspaceError."""
    try:
        return files.read(path).decode(errors="replace")
    except FileProblem as problem:
        raise WorkspaceError(str(problem)) from None
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read: {error.strerror}.") from None


def _put_aside(question: Question, answers: Path) -> Path:
    """Move the answer below KEPT, and say where to. Raises WorkspaceError."""
    path = question.answer_path(answers)
    stamp = datetime.now().strftime(STAMP)
    kept = answers / KEPT / question.topic / f"{question.slug}-{stamp}.py"
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            # moved, a relative link would lead elsewhere; what it leads to stays
            shutil.copyfile(path, kept)
            path.unlink()
        else:
            path.rename(kept)
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be put aside: {error.strerror}. Nothing was changed."
        ) from None
    return kept
