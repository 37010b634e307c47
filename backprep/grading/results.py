"""The results of a cohort: every verdict in a file that only grows.

`RESULTS/verdicts.jsonl` holds one JSON object a line, and `RESULTS/cohort.json` whose
answers were looked for. A verdict is written by one call of the system, so that a
process that is killed loses none that it has written. It reaches the disk itself when
the run ends: what a power failure takes before that is judged again.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from backprep import files
from backprep.file_lock import lock_alone

SCHEMA = 1
"""The version of both files."""
VERDICTS = "verdicts.jsonl"
COHORT = "cohort.json"
HERE = "this machine"
"""The worker of what was judged by a process of the run's own."""


class GradingError(Exception):
    """A cohort cannot be graded, or its results not be used; the message says why."""


class CannotGoOn(GradingError):
    """What a run needs has failed it, and may be there again: a disk, a worker."""


@dataclass(frozen=True)
class Cohort:
    """Whose answers to which questions were looked for."""

    people: Sequence[str]
    questions: Sequence[str]
    """The ids of the questions, in the bank's order."""
    problems: Sequence[str] = ()
    """A sentence for each submission, or part of one, that was left out."""


@dataclass(frozen=True)
class Graded:
    """What is said of one person's answer to one question."""

    person: str
    question: str
    answer: str
    """The SHA-256 of the answer's bytes, and after a `+` that of the modules that it
    imports; empty where they were not read."""
    checks: str
    """A digest of what of the bank decides the verdict."""
    versions: Mapping[str, str]
    """Of backprep, torch and Python, where it was judged."""
    judged_at: str
    """When, in ISO 8601 and UTC."""
    worker: str
    """The address of the Dask worker that judged it, or "this machine"."""
    verdict: Mapping[str, Any] | None
    """What `backprep check --json` prints; None where it could not be judged."""
    mistake: str | None = None
    """The near miss that the answer is like, by its name."""
    problem: str | None = None
    """The reason for there being no verdict, in a sentence."""


def read(folder: Path) -> tuple[Cohort, list[Graded]]:
    """A cohort, and the latest verdict on each answer of each of its people.

    Raises GradingError if there are no results, or if they cannot be read.
    """
    path = folder / COHORT
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GradingError(
            f"{folder} holds no results: there is no {COHORT} in it."
        ) from None
    except OSError as error:
        raise GradingError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise GradingError(
            f"{path} is not JSON; run the same `backprep grade` again to mend it."
        ) from None
    _must_be_ours(known, str(path))
    cohort = Cohort(known["people"], known["questions"], known["problems"])
    found = {(graded.person, graded.question): graded for graded in records(folder)}
    people = set(cohort.people)
    return cohort, [graded for graded in found.values() if graded.person in people]


def records(folder: Path) -> Iterator[Graded]:
    """Every verdict in the order of writing: a later one replaces an earlier one of
    the same person and question.

    A last line without an end was being written when its process was killed: it does
    not count. Raises GradingError.
    """
    path = folder / VERDICTS
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.endswith(b"\n"):
                    yield _graded(line, f"{path}:{number}")
    except FileNotFoundError:
        return
    except OSError as error:
        raise GradingError(f"{path} cannot be read: {error.strerror}.") from None


class Writer:
    """Adds to the results in a folder, which nobody else writes. Made by `writing`."""

    def __init__(self, folder: Path, file: int) -> None:
        self._folder = folder
        self._file = file
        self._end = os.lseek(file, 0, os.SEEK_END)

    def begin(self, cohort: Cohort) -> None:
        """Write whose answers are looked for. Raises GradingError."""
        record = {"schema": SCHEMA, **asdict(cohort)}
        try:
            files.write(self._folder / COHORT, json.dumps(record, indent=1) + "\n")
        except files.FileProblem as problem:
            raise CannotGoOn(str(problem)) from None

    def add(self, graded: Graded) -> None:
        """Write a verdict, whole or not at all. Raises GradingError."""
        line = json.dumps({"schema": SCHEMA, **asdict(graded)}, ensure_ascii=False)
        data = line.encode(errors="backslashreplace") + b"\n"
        try:
            written = os.write(self._file, data)
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._end)
            raise CannotGoOn(
                f"{self._folder / VERDICTS} cannot be written: {error.strerror}. "
                "What was judged before is kept; the same command goes on from there."
            ) from None
        self._end += len(data)


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[Writer]:
    """Begin or go on with the results in a folder, which is made.

    Raises GradingError.
    """
    path = folder / VERDICTS
    if strange := files.strange_kind(path):
        raise GradingError(f"{path} is {strange}; a file is expected there.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    except OSError as error:
        raise GradingError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        lock_alone(file)
        _cut_unfinished_line(file)
        yield Writer(folder, file)
        os.fsync(file)
    except BlockingIOError:
        raise GradingError(
            f"Another `backprep grade` writes into {folder}; wait until it has ended."
        ) from None
    finally:
        os.close(file)


def _cut_unfinished_line(file: int) -> None:
    """Take away what a killed process left, so that the next line begins anew."""
    with os.fdopen(os.dup(file), "rb") as reading:
        reading.seek(0)
        whole = 0
        for line in reading:
            whole += len(line) if line.endswith(b"\n") else 0
    os.ftruncate(file, whole)


def _graded(line: bytes, where: str) -> Graded:
    try:
        known = json.loads(line)
    except ValueError:
        known = None
    _must_be_ours(known, where)
    known.pop("schema")
    try:
        return Graded(**known)
    except TypeError:
        raise GradingError(
            f"{where} is not a verdict; delete the line, and it is judged again."
        ) from None


def _must_be_ours(known: object, where: str) -> None:
    """Raise GradingError where a record is not of this version."""
    if not isinstance(known, dict):
        raise GradingError(
            f"{where} is not a JSON object; delete the line, and it is judged again."
        )
    if known.get("schema") != SCHEMA:
        raise GradingError(
            f"{where} was written by another version of backprep (its schema is "
            f"{known.get('schema')!r}, not {SCHEMA}); name another folder for the "
            "results."
        )
