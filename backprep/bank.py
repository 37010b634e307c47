"""The questions in the bank, and where the files of each one lie."""

from __future__ import annotations

import keyword
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import frontmatter
import yaml

TOPICS = {
    "autograd": "Autograd",
    "model_building": "Model building",
    "training_loop": "Training loop",
    "data_loading": "Dataset and DataLoader",
    "train_vs_eval": "Train vs eval",
    "save_load": "Save and load",
    "amp": "Mixed precision",
    "pytorch_vs_tensorflow": "PyTorch vs TensorFlow",
}
KINDS = ("code", "debug", "predict", "explain", "measure")
LEVELS = ("easy", "medium", "hard")
MINUTES = range(5, 61)

FIELDS = {"kind", "level", "minutes", "starter"}
SECTION = re.compile(r"^## +(.+?) *$", re.MULTILINE)
NUMBERED = re.compile(r"^\d+\. +", re.MULTILINE)


class BankError(Exception):
    """The bank itself is broken: the message names the file and what to do."""


class UnknownQuestion(Exception):
    """No question, or more than one, goes by that name."""


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

    @property
    def id(self) -> str:
        return f"{self.topic}/{self.slug}"

    def __str__(self) -> str:
        return self.id

    @property
    def page(self) -> Path:
        return self.root / "questions" / self.topic / f"{self.slug}.md"

    @property
    def solution(self) -> Path:
        return self.root / "solutions" / self.topic / f"{self.slug}.py"

    @property
    def model_answer(self) -> Path:
        return self.root / "solutions" / self.topic / f"{self.slug}.md"

    @property
    def checks(self) -> Path:
        return self.root / "tests" / self.topic / f"test_{self.slug}.py"

    @property
    def near_misses(self) -> Path:
        return self.root / "tests" / self.topic / f"wrong_{self.slug}.py"

    @property
    def parts(self) -> dict[str, Path]:
        """What the question consists of, by the name that people call it."""
        return {
            "prompt": self.page,
            "reference solution": self.solution,
            "model answer": self.model_answer,
            "checks": self.checks,
            "near misses": self.near_misses,
        }

    def answer(self, answers: Path) -> Path:
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
        source = read_text(self.checks)
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


def root() -> Path:
    """The folder that holds `questions`, `solutions` and `tests`.

    In a clone it is the repository, in an installed package its `_bank`;
    `BACKPREP_BANK` names another.
    """
    if elsewhere := os.environ.get("BACKPREP_BANK"):
        return Path(elsewhere).resolve()
    package = Path(__file__).resolve().parent
    installed = package / "_bank"
    return installed if installed.is_dir() else package.parent


def load(folder: Path | None = None) -> list[Question]:
    """All questions, in the order to study them.

    Raises BankError where a file is not what a question's file must be.
    """
    folder = folder or root()
    pages = [
        path
        for path in folder.glob("questions/*/*.md")
        # `slug.zh.md` is another edition of `slug.md`
        if path.name != "index.md" and "." not in path.stem
    ]
    if not pages:
        raise BankError(
            f"{folder} has no questions. It must hold questions/<topic>/<slug>.md: "
            "is backprep installed whole?"
        )
    found = [_read(path, folder) for path in pages]
    order = list(TOPICS)
    found.sort(
        key=lambda q: (order.index(q.topic), LEVELS.index(q.level), q.minutes, q.slug)
    )
    by_slug: dict[str, Question] = {}
    for question in found:
        twin = by_slug.setdefault(question.slug, question)
        if twin is not question:
            raise BankError(
                f"{twin.page} and {question.page} have one name; rename one of them."
            )
    return found


def one(question_id: str, folder: Path | None = None) -> Question:
    """The question of this id, without reading the others."""
    folder = folder or root()
    return _read(folder / "questions" / f"{question_id}.md", folder)


def find(name: str, questions: Sequence[Question]) -> Question:
    """The question called `name`: its id, or a part of it that fits no other.

    Raises UnknownQuestion with what was probably meant.
    """
    wanted = name.strip().strip("/").removesuffix(".py")
    ways = (
        lambda q: wanted in (q.id, q.slug),
        lambda q: q.slug.startswith(wanted) or q.id.startswith(wanted),
        lambda q: wanted in q.id,
    )
    for fits in ways if wanted else ():
        found = [question for question in questions if fits(question)]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(q.id for q in found[:5])
            raise UnknownQuestion(f'"{name}" fits {len(found)} questions: {names}.')
    import difflib  # what is rarely asked for need not be imported before a list

    slugs = {q.slug: q.id for q in questions} | {q.id: q.id for q in questions}
    close = difflib.get_close_matches(wanted, slugs, n=1, cutoff=0.5)
    hint = (
        f"Did you mean {slugs[close[0]]}?" if close else "backprep list shows them all."
    )
    raise UnknownQuestion(f'There is no question "{name}". {hint}')


def names_a_module(slug: str) -> bool:
    """Whether a question can be called so: it names Python modules."""
    return slug.isidentifier() and not keyword.iskeyword(slug) and slug == slug.lower()


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


def _read(path: Path, folder: Path) -> Question:
    topic, slug = path.parent.name, path.stem
    if topic not in TOPICS:
        raise BankError(
            f'{path}: "{topic}" is no topic; the topics are {", ".join(TOPICS)}.'
        )
    if not names_a_module(slug):
        raise BankError(
            f'{path}: "{slug}" cannot name a Python module; '
            "use lower-case letters, digits and underscores."
        )
    source = read_text(path)
    try:
        post = frontmatter.loads(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        # the mark counts from 0 below the opening `---`
        line = mark.line + 2 if mark else 1
        problem = getattr(error, "problem", None) or "no YAML"
        raise BankError(f"{path}:{line}: front matter: {problem}.") from None
    fields: dict[str, Any] = post.metadata
    text = post.content

    def fail(field: str, expected: str) -> BankError:
        lines = source.splitlines()
        at = [n for n, line in enumerate(lines, 1) if line.startswith(f"{field}:")]
        value = f"{field} is {fields[field]!r}" if field in fields else f"no {field}"
        return BankError(
            f"{path}:{at[0] if at else 1}: front matter: {value}; expected {expected}."
        )

    if not source.startswith("---\n"):
        raise BankError(
            f"{path}:1: no front matter; begin with kind, level and minutes "
            "between two lines of ---."
        )
    for field in fields:
        if field not in FIELDS:
            raise fail(field, f"only {', '.join(sorted(FIELDS))}")
    if fields.get("kind") not in KINDS:
        raise fail("kind", f"one of {', '.join(KINDS)}")
    if fields.get("level") not in LEVELS:
        raise fail("level", f"one of {', '.join(LEVELS)}")
    minutes = fields.get("minutes")
    if type(minutes) is not int or minutes not in MINUTES:
        raise fail("minutes", f"a whole number from {MINUTES[0]} to {MINUTES[-1]}")
    starter = fields.get("starter")
    if (starter is not None) != (fields["kind"] == "debug"):
        raise fail("starter", "a near miss's name in a debug question, and in no other")
    if not re.search(r"^# +\S", text, re.MULTILINE):
        raise BankError(
            f"{path}: no title; write `# Title` first below the front matter."
        )
    return Question(
        folder, topic, slug, fields["kind"], fields["level"], minutes, starter, text
    )
