"""Aims: what a candidate prepares for, each a path through the bank, from a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprep.bank.question import BankError, Question, read_text
from backprep.printable import printable

FILE = "questions/aims.toml"
LONGEST = 100
"""Characters of what an aim says of itself, which has a line or two."""
EXPECTED = {
    "title": "a short text",
    "about": f"a sentence of {LONGEST} characters at most",
    "path": "a list of topics and of questions' ids",
}


class UnknownAim(Exception):
    """The bank has no aim of that name."""


@dataclass(frozen=True)
class Aim:
    """What a candidate prepares for, and its path through the bank."""

    title: str
    about: str
    """What it is good for, in a sentence."""
    parts: tuple[str, ...] = ()
    """Topics and ids of questions in the order in which they come; none means all."""

    @property
    def name(self) -> str:
        """What it is chosen and remembered by."""
        return _name(self.title)

    def path(self, questions: Iterable[Question]) -> list[Question]:
        """Those of the bank's questions that belong to it, in its order."""
        bank = list(questions)
        if not self.parts:
            return bank
        found = [q for part in self.parts for q in bank if part in (q.topic, q.id)]
        return list(dict.fromkeys(found))


EVERYTHING = Aim("Everything", "Every question of the bank, in the order of study.")
"""What is aimed at where nothing is chosen."""


def load_aims(root: Path) -> dict[str, Aim]:
    """The aims of the bank in `root` by their names, the whole bank first.

    A bank without a file of them has the whole alone. Raises BankError.
    """
    aims = {EVERYTHING.name: EVERYTHING}
    path = root / FILE
    if not path.is_file():
        return aims
    import tomllib  # what few commands ask for need not be imported before a list

    try:
        told = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise BankError(f"{path}: not TOML: {error}.") from None
    listed = told.get("aims")
    if told.keys() != {"aims"} or not isinstance(listed, list):
        raise BankError(f"{path}: expected one table [[aims]] for each aim.")
    for number, fields in enumerate(listed, 1):
        aim = _read(path, number, fields)
        if aim.name in aims:
            raise BankError(f'{path}: two aims are called "{aim.title}"; rename one.')
        _must_be_there(path, aim, root)
        aims[aim.name] = aim
    return aims


def find_aim(name: str, aims: dict[str, Aim]) -> Aim:
    """The aim that goes by a name, in upper or lower case. Raises UnknownAim."""
    aim = aims.get(_name(name))
    if aim is None:
        there = ", ".join(f'"{aim}"' if " " in aim else aim for aim in aims)
        raise UnknownAim(f'"{printable(name)}" is not an aim; the aims are {there}.')
    return aim


def _name(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").replace("_", " ").split())


def _read(path: Path, number: int, fields: Any) -> Aim:
    """One table of the file."""
    if not isinstance(fields, dict):
        raise BankError(f"{path}: expected one table [[aims]] for each aim.")
    for name in [*EXPECTED, *fields]:
        value = fields.get(name)
        if name not in EXPECTED:
            problem = f"has {name}; expected only {', '.join(EXPECTED)}"
        elif value is None:
            problem = f"has no {name}; expected {EXPECTED[name]}"
        elif not _fits(name, value):
            problem = f"has {value!r} as {name}; expected {EXPECTED[name]}"
        else:
            continue
        raise BankError(f"{path}: aim {number} {problem}.")
    return Aim(fields["title"], fields["about"], tuple(fields["path"]))


def _fits(name: str, value: Any) -> bool:
    if name == "path":
        texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return texts and value != []
    fits = isinstance(value, str) and printable(value) == value and "\n" not in value
    return fits and value.strip() != "" and len(value) <= LONGEST


def _must_be_there(path: Path, aim: Aim, root: Path) -> None:
    """Raise BankError where an aim names what the bank does not have."""
    questions = root / "questions"
    topics = sorted(index.parent.name for index in questions.glob("*/index.md"))
    for part in aim.parts:
        topic, _, slug = part.partition("/")
        if topic in topics and (not slug or (questions / f"{part}.md").is_file()):
            continue
        if topic in topics:
            there = sorted(p.stem for p in (questions / topic).glob("*.md"))
            there.remove("index")
            what = f"a question; {topic} has {', '.join(there)}"
        else:
            what = f"a topic; the topics are {', '.join(topics)}"
        raise BankError(f'{path}: "{aim.title}" names {part}, which is not {what}.')
