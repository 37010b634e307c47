"""What the site consists of: pages of Markdown, and files of data."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Page:
    """A page of the site as Markdown, before any engine sees it."""

    uri: str
    """Where it lies among the site's sources: `questions/amp/index.md`."""
    title: str
    body: str
    """Markdown."""
    source: Path
    """The file that an edit of this page should change."""
    hidden: bool = False
    """Whether it is kept out of navigation, search and sitemap."""
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return url(self.uri)

    @property
    def markdown(self) -> str:
        meta: dict[str, Any] = {"title": self.title, **self.meta}
        if self.hidden:
            meta |= {"search": {"exclude": True}, "robots": "noindex"}
        head = yaml.safe_dump(meta, allow_unicode=True, sort_keys=False)
        return f"---\n{head}---\n{self.body}"


@dataclass(frozen=True)
class Data:
    """A file that scripts fetch, or that stands for several."""

    uri: str
    content: str


def url(uri: str) -> str:
    """The address of a page, from the site's root: `questions/amp/`."""
    return uri.removesuffix("index.md") if is_index(uri) else f"{uri[:-3]}/"


def is_index(uri: str) -> bool:
    """Whether the page stands for its folder."""
    return posixpath.basename(uri) == "index.md"


def link(start: str, target: str) -> str:
    """How the page `start` refers to the page `target` in HTML, both by their uri."""
    there = posixpath.relpath(url(target) or ".", url(start) or ".")
    return f"{there}/"
