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

SCHEMA = 1
"""The version of both files."""
VERDICTS = "verdicts.jsonl"
COHORT = "cohort.json"


class GradingError(Exception):
    """A cohort cannot be graded, or its results not be used; the message says why."""


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
    """The SHA-256 of the answer's bytes; empty where they were not read."""
    checks: str
    """A digest of what of the bank decides the verdict."""
    versions: Mapping[str, str]
    """Of backprep, torch and Python, where it was judged."""
    judged_at: str
    """When, in ISO 8601 and UTC."""
    worker: str
    """The address of the Dask worker that judged it."""
    verdict: Mapping[str, Any] | None
    """What `backprep check --json` prints; None where it could not be judged."""
    mistake: str | None = None
    """The near miss that the answer is like, by its name."""
    problem: str | None = None
    """Why there is no verdict, in a sentence."""


def read(folder: Path) -> tuple[Cohort, list[Graded]]:
    """A cohort, and the latest verdict on each answer of each of its people.

    Raises GradingError where there are no results, or where they cannot be read.
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
    return cohort, [
        graded
        for graded in latest(folder).values()
        if graded.person in set(cohort.people)
    ]


def latest(folder: Path) -> dict[tuple[str, str], Graded]:
    """The last verdict for each person and question.

    A last line without an end was being written when its process was killed: it does
    not count. Raises GradingError.
    """
    path = folder / VERDICTS
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise GradingError(f"{path} cannot be read: {error.strerror}.") from None
    found = {}
    for number, line in enumerate(text.split(b"\n")[:-1], 1):
        graded = _graded(line, f"{path}:{number}")
        found[graded.person, graded.question] = graded
    return found


class Writer:
    """Adds verdicts to the results in a folder. Made by `writing`."""

    def __init__(self, path: Path, file: int) -> None:
        self._path = path
        self._file = file
        self._end = os.lseek(file, 0, os.SEEK_END)

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
            raise GradingError(
                f"{self._path} cannot be written: {error.strerror}. What was judged "
                "before is kept; make room, and the same command goes on from there."
            ) from None
        self._end += len(data)


@contextlib.contextmanager
def writing(folder: Path, cohort: Cohort) -> Iterator[Writer]:
    """Begin or go on with the results of a cohort in a folder, which is made.

    Raises GradingError.
    """
    path = folder / VERDICTS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files.write(
            folder / COHORT,
            json.dumps({"schema": SCHEMA, **asdict(cohort)}, indent=1) + "\n",
        )
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    except files.FileProblem as problem:
        raise GradingError(str(problem)) from None
    except OSError as error:
        raise GradingError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        _cut_unfinished_line(file)
        yield Writer(path, file)
        os.fsync(file)
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
