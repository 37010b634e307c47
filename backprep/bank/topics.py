"""The topics of the bank: each one's title, place and tags, from its `index.md`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from backprep.bank.front_matter import FrontMatter, read_front_matter
from backprep.bank.question import BankError
from backprep.printable import printable

FIELDS = {"order", "summary", "tags"}
LONGEST = 140
"""Characters of a summary, which has a few short lines on a card."""


class UnknownTopic(Exception):
    """No topic has that name."""


@dataclass(frozen=True)
class Topic:
    """A folder of questions that are studied together."""

    name: str
    """The folder's name, which is a part of its questions' ids."""
    title: str
    order: int
    """Its place in the order of study; lower comes first."""
    tags: tuple[str, ...] = ()
    """What else people type when they look for it."""
    summary: str = ""
    """What its questions ask, in a sentence."""


def must_be_topic(name: str, topics: Collection[str]) -> None:
    """Raises UnknownTopic where a name is none of these topics'."""
    if name not in topics:
        raise UnknownTopic(
            f'"{printable(name)}" is not a topic; the topics are {", ".join(topics)}.'
        )


def load_topics(root: Path) -> dict[str, Topic]:
    """All topics of the bank in `root` by name, in the order of study.

    Raises BankError where an `index.md` is not what it must be.
    """
    found = [read_topic(path.parent) for path in root.glob("questions/*/index.md")]
    by_order: dict[int, Topic] = {}
    for topic in sorted(found, key=lambda topic: topic.name):
        twin = by_order.setdefault(topic.order, topic)
        if twin is not topic:
            raise BankError(
                f"{root}/questions/{twin.name}/index.md and {topic.name}/index.md "
                f"both have order {topic.order}; give one of them another."
            )
    return {by_order[n].name: by_order[n] for n in sorted(by_order)}


def read_topic(folder: Path) -> Topic:
    """The topic whose questions lie in `folder`. Raises BankError."""
    path = folder / "index.md"
    if not path.is_file():
        raise BankError(
            f"{path} is missing; a topic's folder holds one, with its order between "
            "two lines of --- and a `# Title`."
        )
    page = read_front_matter(path, FIELDS)
    order = page.fields.get("order")
    if type(order) is not int or order < 1:
        raise page.wrong("order", "a whole number from 1")
    return Topic(folder.name, page.title(), order, read_tags(page), _summary(page))


def _summary(page: FrontMatter) -> str:
    summary = page.fields.get("summary", "")
    if not isinstance(summary, str) or len(summary) > LONGEST or "\n" in summary:
        raise page.wrong("summary", f"a sentence of {LONGEST} characters at most")
    return summary


def read_tags(page: FrontMatter) -> tuple[str, ...]:
    """The page's tags, where it has any. Raises BankError."""
    tags = page.fields.get("tags", [])
    if not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
        raise page.wrong("tags", "a list of words, like [backward, gradient]")
    return tuple(tags)
