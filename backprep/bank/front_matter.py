"""The fields above a Markdown text of the bank, between two lines of `---`."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import frontmatter
import yaml

from backprep.bank.question import BankError, read_text

TITLE = re.compile(r"^# +(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class FrontMatter:
    """The fields of a file, and the text below them."""

    path: Path
    source: str
    """The whole file."""
    fields: dict[str, Any]
    text: str

    def wrong(self, field: str, expected: str) -> BankError:
        """What is said of a field that is missing, or not as expected."""
        lines = self.source.splitlines()
        at = [n for n, line in enumerate(lines, 1) if line.startswith(f"{field}:")]
        value = f"no {field}"
        if field in self.fields:
            value = f"{field} is {self.fields[field]!r}"
        return BankError(
            f"{self.path}:{at[0] if at else 1}: front matter: {value}; "
            f"expected {expected}."
        )

    def title(self) -> str:
        """The first heading. Raises BankError where there is none."""
        heading = TITLE.search(self.text)
        if heading is None:
            raise BankError(
                f"{self.path}: no title; write `# Title` first below the front matter."
            )
        return heading[1]


def read_front_matter(path: Path, known: Collection[str]) -> FrontMatter:
    """A file's fields and its text. Raises BankError where there are none, where
    they are not YAML, and where one is not among `known`."""
    source = read_text(path)
    try:
        post = frontmatter.loads(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        # the mark counts from 0 below the opening `---`
        line = mark.line + 2 if mark else 1
        problem = getattr(error, "problem", None) or "not YAML"
        raise BankError(f"{path}:{line}: front matter: {problem}.") from None
    if not source.startswith("---\n"):
        raise BankError(
            f"{path}:1: no front matter; begin with {', '.join(sorted(known))} "
            "between two lines of ---."
        )
    page = FrontMatter(path, source, post.metadata, post.content)
    for field in page.fields:
        if field not in known:
            raise page.wrong(field, f"only {', '.join(sorted(known))}")
    return page
