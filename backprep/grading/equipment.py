"""What decides a verdict besides the answer: the bank, the judge and the versions."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import backprep
from backprep.bank import near_miss_messages
from backprep.bank.question import BankError, Question, read_text
from backprep.bank.questions import load_questions

_DECIDES = ("bank", "judge")
"""The rooms of backprep whose code a verdict depends on."""


@dataclass(frozen=True)
class Equipment:
    """What a process judges with."""

    bank: str
    """A digest of all questions and of the judge's code; empty where there are none."""
    versions: Mapping[str, str]
    """Of backprep, torch and Python."""

    @classmethod
    def of_this_process(cls) -> Equipment:
        """What there is here; nothing of it is imported."""
        try:
            return cls.with_checks(map(checks_digest, load_questions()))
        except BankError:
            return cls("", versions())

    @classmethod
    def with_checks(cls, digests: Iterable[str]) -> Equipment:
        """What there is here, if these are the `checks_digest`s of the whole bank."""
        every = "".join(digests)
        return cls(hashlib.sha256(every.encode()).hexdigest(), versions())

    def lacks(self, wanted: Equipment) -> str:
        """Why this is not what is wanted, in words that follow a name; or nothing."""
        for name, version in wanted.versions.items():
            if (own := self.versions[name]) != version:
                has = f"{name} {own}" if own else f"no {name}"
                return f"has {has}, and not {version}"
        if self.bank != wanted.bank:
            return "has another bank" if self.bank else "has no bank"
        return ""


def versions() -> dict[str, str]:
    """The versions of backprep, torch and Python; empty for what is not installed."""
    try:
        torch = metadata.version("torch").partition("+")[0]
    except metadata.PackageNotFoundError:
        torch = ""
    return {
        "backprep": backprep.__version__,
        "torch": torch,
        "python": platform.python_version(),
    }


def checks_digest(question: Question) -> str:
    """A digest of what decides the verdict on an answer to a question.

    It is the question's own files, what its near misses were recorded to say, what
    all checks share, and the code of the judge.
    """
    digest = hashlib.sha256(_judge().encode())
    digest.update(near_miss_messages.inputs(question).encode())
    digest.update(read_text(question.prompt_path).encode())
    for path in (
        near_miss_messages.path(question),
        *_shared(question.root),
    ):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _shared(root: Path) -> Iterator[Path]:
    """What the checks of several questions import."""
    yield root / "tests" / "conftest.py"
    yield from sorted((root / "tests" / "helpers").glob("*.py"))


@cache
def _judge() -> str:
    digest = hashlib.sha256()
    package = Path(backprep.__file__).parent
    for room in _DECIDES:
        for path in sorted((package / room).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
