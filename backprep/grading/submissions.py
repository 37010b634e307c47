"""What each person of a cohort has handed in: a folder, or a zip.

Answers come from strangers. Nothing of them is unpacked, followed, imported or run
here: they are read, as far as that is safe, and what is not is said in a sentence.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TypeVar

from backprep import files
from backprep.bank.question import Question
from backprep.clock import counted
from backprep.grading.results import GradingError
from backprep.printable import one_line, printable

LARGEST = 256 * 1024
"""Bytes of an answer."""
TOO_LARGE = f"is larger than {LARGEST // 1024} kB, and was not read."
LARGEST_ZIP = 20 * 2**20
"""Bytes of a person's zip, as it is stored."""
MOST_FILES = 2_000
"""Files of a person's submission."""

_IMPORT = re.compile(rb"^\s*(?:from|import)\b(.*)", re.MULTILINE)
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError),
)
"""What zipfile raises where a zip is not what it should be."""
_NEVER_MEANT = re.compile(r"\.|__MACOSX$|__pycache__$")


class Unreadable(Exception):
    """A submission, or a file of it, is not read; the message says why."""


@dataclass(frozen=True)
class Answer:
    """A person's answer to a question, with the own modules that it imports."""

    person: str
    question: Question
    files: Mapping[str, bytes] = field(repr=False)
    """What to write where, below a folder of answers; the answer itself is first."""
    problem: str = ""
    """Why it could not be read, in a sentence."""

    @property
    def digest(self) -> str:
        """The SHA-256 of the answer's bytes, and after a `+` that of its modules."""
        answer, *modules = self.files.items()
        digest = hashlib.sha256(answer[1]).hexdigest()
        if modules:
            digest += f"+{hashlib.sha256(repr(modules).encode()).hexdigest()}"
        return digest


T = TypeVar("T")
Reader = Callable[[], bytes]
"""Gives the bytes of a file. Raises Unreadable."""


@dataclass(frozen=True)
class Submission:
    """What one person has handed in."""

    person: str
    path: Path

    def answers(
        self, questions: Sequence[Question], problems: list[str]
    ) -> Iterator[Answer]:
        """Their answers to these questions. Adds to `problems` what was left out."""
        named = one_line(self.person)
        try:
            opened = _folder if self.path.is_dir() else _zip
            with opened(self.path) as readers:
                yield from self._found(readers, questions, problems)
        except Unreadable as unreadable:
            problems.append(f"{named}: {unreadable}")

    def _found(
        self,
        readers: Mapping[str, Reader],
        questions: Sequence[Question],
        problems: list[str],
    ) -> Iterator[Answer]:
        named = one_line(self.person)
        left = _below_topics(readers, {question.topic for question in questions})
        python = dict(left)
        imported: set[str] = set()
        answered = 0
        for question in questions:
            name = f"{question.id}.py"
            if name not in python:
                continue
            answered += 1
            left.pop(name)
            try:
                contents = {name: python[name]()}
                contents |= _own_modules(name, contents[name], python)
            except Unreadable as unreadable:
                yield Answer(self.person, question, {}, f"{name} {unreadable}")
                continue
            imported |= contents.keys()
            yield Answer(self.person, question, contents)
        if not answered:
            problems.append(f"{named}: there is no answer to a question in it.")
        for name in sorted(left.keys() - imported):
            problems.append(f"{named}: {one_line(name)} {_why_left(left[name])}")


def submissions(folder: Path, problems: list[str]) -> list[Submission]:
    """Whose submissions lie in a folder, in the order of their names.

    Adds to `problems` a sentence for each thing that is none. Raises GradingError.
    """
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name.casefold())
    except FileNotFoundError:
        raise GradingError(f"There is no folder {folder}.") from None
    except OSError as error:
        raise GradingError(f"{folder} cannot be read: {error.strerror}.") from None
    found: dict[str, Submission] = {}
    for path in entries:
        if _NEVER_MEANT.match(path.name):
            continue
        shown = one_line(path.name)
        if path.is_symlink():
            problems.append(f"{shown}: it is a link, which is not followed.")
        elif path.is_dir() or (path.suffix.lower() == ".zip" and path.is_file()):
            person = _person(path.name if path.is_dir() else path.stem)
            if twin := found.get(person):
                raise GradingError(
                    f"{folder} holds two submissions of {one_line(person)}: "
                    f"{one_line(twin.path.name)} and {shown}; move one of them away."
                )
            found[person] = Submission(person, path)
        else:
            problems.append(f"{shown}: it is neither a folder nor a zip.")
    if not found:
        raise GradingError(
            f"{folder} holds no submission: it must have a folder or a zip for each "
            "person, with <topic>/<slug>.py in it."
        )
    return list(found.values())


@contextlib.contextmanager
def _folder(path: Path) -> Iterator[Mapping[str, Reader]]:
    """The Python files of a folder, and the links in it, which nobody follows."""

    def refuse(error: OSError) -> None:
        shown = one_line(Path(error.filename).name)
        raise Unreadable(f"{shown} cannot be read: {error.strerror}.")

    def walk() -> Iterator[Path]:
        for root, folders, names in os.walk(path, onerror=refuse):
            folders[:] = [name for name in folders if not _NEVER_MEANT.match(name)]
            for name in [*names, *folders]:
                if not _NEVER_MEANT.match(name):
                    yield Path(root, name)

    yield {
        found.relative_to(path).as_posix(): partial(_read, found)
        for found in _at_most(walk())
        if found.is_symlink() or (found.suffix == ".py" and not found.is_dir())
    }


@contextlib.contextmanager
def _zip(path: Path) -> Iterator[Mapping[str, Reader]]:
    """The Python files of a zip, which is read in place."""
    if path.stat().st_size > LARGEST_ZIP:
        raise Unreadable(f"the zip is larger than {LARGEST_ZIP >> 20} MB.")
    with contextlib.ExitStack() as stack:
        try:
            opened = stack.enter_context(zipfile.ZipFile(path))
        except _DAMAGED:
            raise Unreadable("the zip is damaged or cannot be read.") from None
        found: dict[str, Reader] = {}
        for entry in _at_most(e for e in opened.infolist() if not e.is_dir()):
            inside = PurePosixPath(entry.filename.replace("\\", "/"))
            shown = one_line(entry.filename)
            if inside.is_absolute() or ".." in inside.parts:
                raise Unreadable(
                    f"the zip has a file that lies outside of it, {shown}."
                )
            if inside.suffix != ".py" or any(map(_NEVER_MEANT.match, inside.parts)):
                continue
            if str(inside) in found:
                raise Unreadable(f"the zip has {shown} twice.")
            found[str(inside)] = partial(_unzip, opened, entry)
        yield found


def _unzip(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A file of a zip that is not larger than an answer. Raises Unreadable."""
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        raise Unreadable("is a link or a device in the zip, and was not read.")
    if entry.flag_bits & 0x1:
        raise Unreadable("is encrypted in the zip.")
    try:
        with opened.open(entry) as file:
            # what the zip says of its size may be a lie
            return _small_enough(file.read(LARGEST + 1))
    except _DAMAGED:
        raise Unreadable("is damaged in the zip.") from None


def _read(path: Path) -> bytes:
    """A file that is one, and not larger than an answer. Raises Unreadable."""
    try:
        state = path.lstat()
        if stat.S_ISLNK(state.st_mode):
            raise Unreadable("is a link, which is not followed.")
        if stat.S_ISREG(state.st_mode) and state.st_size > LARGEST:
            raise Unreadable(TOO_LARGE)
        return _small_enough(files.read(path))
    except files.FileProblem:
        strange = files.strange_kind(path)
        raise Unreadable(f"is {strange}; a file is expected there.") from None
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}.") from None


def _why_left(read: Reader) -> str:
    try:
        read()
    except Unreadable as unreadable:
        return str(unreadable)
    return "answers no question and was left out."


def _small_enough(content: bytes) -> bytes:
    if len(content) > LARGEST:
        raise Unreadable(TOO_LARGE)
    return content


def _at_most(entries: Iterator[T]) -> list[T]:
    found = list(islice(entries, MOST_FILES + 1))
    if len(found) > MOST_FILES:
        raise Unreadable(f"it holds more than {counted(MOST_FILES, 'file')}.")
    return found


def _below_topics(readers: Mapping[str, Reader], topics: set[str]) -> dict[str, Reader]:
    """The files by their paths below the folder that holds the topics.

    That is the submission itself, or its only folder, as a zip often has it.
    """
    tops = {name.partition("/")[0] for name in readers}
    if len(tops) == 1 and not tops & topics:
        return {name.partition("/")[2] or name: read for name, read in readers.items()}
    return dict(readers)


def _own_modules(
    answer: str, content: bytes, readers: Mapping[str, Reader]
) -> dict[str, bytes]:
    """The modules beside an answer that it, or one of them, may import by name.

    Their text is only searched for words in lines that import: parsing it would give
    strangers a way to crash this process. Raises Unreadable.
    """
    found = {answer: content}
    todo = [answer]
    while todo:
        name = todo.pop()
        folder = name.rpartition("/")[0]
        lines = b" ".join(_IMPORT.findall(found[name])).decode(errors="replace")
        for word in set(re.findall(r"\w+", lines)):
            beside = f"{folder}/{word}"
            for other in readers.keys() - found.keys():
                if other == f"{beside}.py" or other.startswith(f"{beside}/"):
                    found[other] = readers[other]()
                    todo.append(other)
    found.pop(answer)
    return dict(sorted(found.items()))


def _person(name: str) -> str:
    """A person's name: two ways to write an accent are one."""
    return printable(unicodedata.normalize("NFC", name))
