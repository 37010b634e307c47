"""What an assistant may read at any time: the topics of the bank, and the guides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from backprep.bank.question import read_text
from backprep.bank.questions import bank_root, own_root
from backprep.bank.topics import load_topics

GUIDES = ("check_yourself", "practice", "practise_on_the_site", "tutor")
"""Those that help a candidate, less those that show what a debrief gives away."""
HEADING = re.compile(r"^# +(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Reading:
    """A text, under an address of its own."""

    uri: str
    title: str
    path: Path

    def text(self) -> str:
        """Its Markdown. Raises BankError."""
        return read_text(self.path)


def readings() -> list[Reading]:
    """The topics in the order of study, then the guides that came with backprep."""
    root = bank_root()
    topics = [
        Reading(
            f"backprep://topics/{topic.name}",
            topic.title,
            root / "questions" / topic.name / "index.md",
        )
        for topic in load_topics(root).values()
    ]
    guides = [
        Reading(f"backprep://guides/{name}", _title(path), path)
        for name in GUIDES
        for path in [own_root() / "docs" / "guides" / f"{name}.md"]
    ]
    return topics + guides


def _title(path: Path) -> str:
    """A page's first heading, or else its name."""
    heading = HEADING.search(read_text(path))
    return heading[1] if heading else path.stem
