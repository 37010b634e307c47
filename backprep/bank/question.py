"""A question: its metadata, its text, and the paths of its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

KINDS = ("code", "debug", "predict", "explain", "measure")
ANSWERED_IN_CODE = ("code", "debug", "measure")
LEVELS = ("easy", "medium", "hard")
MINUTES = range(5, 61)

SECTION = re.compile(r"^## +(.+?) *$", re.MULTILINE)
NUMBERED = re.compile(r"^\d+\. +", re.MULTILINE)


class BankError(Exception):
    """The bank itself is broken: the message names the file and what to do."""


@dataclass(frozen=True)
class Question:
    """One question: its metadata, its text, and the paths of its parts."""

    root: Path
    topic: str
    slug: str
    kind: str
    level: str
    minutes: int
    starter: str | None
    """The near miss that a debug question starts from."""
    text: str
    """The Markdown below the front matter."""
    topic_title: str = ""
    tags: tuple[str, ...] = ()
    """What else people type when they look for it."""

    @property
    def id(self) -> str:
        return f"{self.topic}/{self.slug}"

    def __str__(self) -> str:
        return self.id

    @property
    def prompt_path(self) -> Path:
        return self.root / "questions" / self.topic / f"{self.slug}.md"

    @property
    def solution_path(self) -> Path:
        return self.root / "solutions" / self.topic / f"{self.slug}.py"

    @property
    def model_answer_path(self) -> Path:
        return self.root / "solutions" / self.topic / f"{self.slug}.md"

    @property
    def checks_path(self) -> Path:
        return self.root / "tests" / self.topic / f"test_{self.slug}.py"

    @property
    def near_misses_path(self) -> Path:
        return self.root / "tests" / self.topic / f"wrong_{self.slug}.py"

    @property
    def right_answers_path(self) -> Path:
        return self.root / "tests" / self.topic / f"right_{self.slug}.py"

    @property
    def parts(self) -> dict[str, Path]:
        """What the question consists of, by the name that people call it."""
        parts = {
            "prompt": self.prompt_path,
            "reference solution": self.solution_path,
            "model answer": self.model_answer_path,
            "checks": self.checks_path,
            "near misses": self.near_misses_path,
        }
        if self.kind in ANSWERED_IN_CODE:
            parts["other right answers"] = self.right_answers_path
        return parts

    def answer_path(self, answers: Path) -> Path:
        """Where the candidate's answer lies in the folder `answers`."""
        return answers / self.topic / f"{self.slug}.py"

    @cached_property
    def title(self) -> str:
        heading = re.search(r"^# +(.+?) *$", self.text, re.MULTILINE)
        assert heading is not None  # `_read` has seen it
        return heading[1]

    @cached_property
    def prompt(self) -> str:
        """The text up to the hints, without the title."""
        below = self.text.split(f"# {self.title}", 1)[1]
        return SECTION.split(below, maxsplit=1)[0].strip()

    @cached_property
    def hints(self) -> list[str]:
        """A nudge, the approach, the key line: in this order."""
        return numbered(self.text, "Hints")

    @cached_property
    def follow_ups(self) -> list[str]:
        return numbered(self.text, "Follow-ups")

    @cached_property
    def check_names(self) -> list[str]:
        """The test functions that judge an answer, in the file's order."""
        source = read_text(self.checks_path)
        return re.findall(r"^def (test_\w+)\(", source, re.MULTILINE)


def sections(text: str) -> dict[str, str]:
    """The parts of a Markdown text below its `##` headings."""
    _, *parts = SECTION.split(text)
    return {
        name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


def numbered(text: str, section: str) -> list[str]:
    """The items of a section's numbered list."""
    _, *items = NUMBERED.split(sections(text).get(section, ""))
    return [item.strip() for item in items]


def read_text(path: Path) -> str:
    """The text of one of the bank's files; BankError where it has none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BankError(f"{path} is missing; write it or restore it.") from None
    except UnicodeDecodeError as error:
        raise BankError(
            f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8."
        ) from None
    except OSError as error:
        raise BankError(f"{path} cannot be read: {error.strerror}.") from None
