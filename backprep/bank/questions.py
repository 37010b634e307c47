"""The questions of the bank: read them all, read one, find one by a name."""

from __future__ import annotations

import keyword
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from backprep.bank.front_matter import read_front_matter
from backprep.bank.question import KINDS, LEVELS, MINUTES, BankError, Question
from backprep.bank.topics import Topic, load_topics, read_tags, read_topic

FIELDS = {"kind", "level", "minutes", "starter", "tags"}


class UnknownQuestion(Exception):
    """No question, or more than one, goes by that name."""


def bank_root() -> Path:
    """The folder that holds `questions`, `solutions` and `tests`.

    In a clone it is the repository, in an installed package its `_bank`;
    `BACKPREP_BANK` names another.
    """
    if elsewhere := os.environ.get("BACKPREP_BANK"):
        return Path(elsewhere).resolve()
    return own_root()


def holds_solutions(answers: Path) -> bool:
    """Whether a folder of answers lies in the bank's own solutions."""
    return answers.resolve().is_relative_to(bank_root() / "solutions")


def own_root() -> Path:
    """The bank that came with this backprep."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_bank"
    return installed if installed.is_dir() else package.parent


def is_installed() -> bool:
    """Whether the bank that came along is a package's, and not a clone's."""
    return own_root().name == "_bank"


def load_questions(folder: Path | None = None) -> list[Question]:
    """All questions, in the order to study them.

    Raises BankError where a file is not what a question's file must be.
    """
    folder = folder or bank_root()
    pages = [
        path
        for path in folder.glob("questions/*/*.md")
        # `slug.zh.md` is another edition of `slug.md`
        if path.name != "index.md" and "." not in path.stem
    ]
    if not pages:
        remedy = f"backprep new TOPIC/SLUG --bank {shlex.quote(str(folder))} makes one"
        if folder == own_root():
            remedy = "install backprep again from its clone or wheel"
        raise BankError(
            f"{folder} has no questions: it must hold questions/<topic>/<slug>.md; "
            f"{remedy}."
        )
    topics = load_topics(folder)
    for path in pages:
        if path.parent.name not in topics:
            read_topic(path.parent)  # says what is missing
    found = [_read(path, topics[path.parent.name]) for path in pages]
    order = list(topics)
    found.sort(
        key=lambda q: (order.index(q.topic), LEVELS.index(q.level), q.minutes, q.slug)
    )
    by_slug: dict[str, Question] = {}
    for question in found:
        twin = by_slug.setdefault(question.slug, question)
        if twin is not question:
            raise BankError(
                f"{twin.prompt_path} and {question.prompt_path} have one name; "
                "rename one of them."
            )
    return found


def read_question(question_id: str, folder: Path | None = None) -> Question:
    """The question of this id, without reading the others."""
    folder = folder or bank_root()
    path = folder / "questions" / f"{question_id}.md"
    return _read(path, read_topic(path.parent))


def find_question(name: str, questions: Sequence[Question]) -> Question:
    """The question called `name`: its id, a part of it that fits no other, or the
    path of one of its files, in upper or lower case.

    Raises UnknownQuestion with what was probably meant.
    """
    *folders, file = name.strip().strip("/").lower().split("/")
    wanted = "/".join([*folders[-1:], file.removesuffix(".py").removesuffix(".md")])
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


def _read(path: Path, topic: Topic) -> Question:
    slug = path.stem
    if not names_a_module(slug):
        raise BankError(
            f'{path}: "{slug}" cannot name a Python module; '
            "use lower-case letters, digits and underscores."
        )
    page = read_front_matter(path, FIELDS)
    fields = page.fields
    if fields.get("kind") not in KINDS:
        raise page.wrong("kind", f"one of {', '.join(KINDS)}")
    if fields.get("level") not in LEVELS:
        raise page.wrong("level", f"one of {', '.join(LEVELS)}")
    minutes = fields.get("minutes")
    if type(minutes) is not int or minutes not in MINUTES:
        expected = f"a whole number from {MINUTES[0]} to {MINUTES[-1]}"
        raise page.wrong("minutes", expected)
    starter = fields.get("starter")
    if (starter is not None) != (fields["kind"] == "debug"):
        expected = "a near miss's name in a debug question, and in no other"
        raise page.wrong("starter", expected)
    page.title()
    return Question(
        path.parents[2],
        topic.name,
        slug,
        fields["kind"],
        fields["level"],
        minutes,
        starter,
        page.text,
        topic.title,
        read_tags(page),
    )
