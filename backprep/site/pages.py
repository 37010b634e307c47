"""Everything the site shows of the bank, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from backprep.bank.question import Question
from backprep.bank.topics import load_topics
from backprep.site import (
    about,
    answer,
    cards,
    catalogue,
    comparison,
    editor,
    handwritten,
    home,
    lint,
    question,
    sheet,
    study,
    styles,
    topic,
    true_values,
)
from backprep.site.page import Data, Page

Navigation = list[Any]
"""Nested lists of pages, as MkDocs and its kin write them down."""

GUIDES = (
    "practise_on_the_site",
    "serve",
    "check_yourself",
    "practice",
    "notebooks",
    "plan_and_review",
    "tutor",
    "host_the_site",
)
"""In the order in which a reader comes to need them; others follow."""


def pages(questions: Sequence[Question]) -> Iterator[Page | Data]:
    """Every page and file that is made from the bank.

    Raises BankError, with file and line, where a text is not well-formed Markdown.
    """
    root = questions[0].root
    yield home.page(questions)
    yield catalogue.page(questions)
    yield catalogue.data(questions)
    yield catalogue.aims(questions)
    topics = load_topics(root)
    for name, found in by_topic(questions).items():
        page = topic.page(topics[name], found)
        lint.examine(page.source)
        yield page
        yield sheet.page(topics[name], found)
    neighbours = zip(
        [None, *questions], questions, [*questions[1:], None], strict=False
    )
    for before, one, after in neighbours:
        lint.examine(one.prompt_path)
        lint.examine(one.model_answer_path)
        yield question.page(one, before, after)
        yield question.hints(one)
        yield answer.page(one)
        if one.kind == "predict":
            yield true_values.data(one)
    yield study.mock(root)
    yield study.progress(root)
    yield cards.page(questions)
    yield cards.deck(questions)
    yield cards.data(questions)
    yield comparison.page(root)
    yield about.page(questions)
    yield styles.joined(root)
    if editor.is_built(root):
        yield editor.data(root)


def navigation(questions: Sequence[Question], root: Path) -> Navigation:
    """The site's pages in their order: the bank's, the guides, the reference."""
    topics = [
        {
            found[0].topic_title: [
                f"questions/{name}/index.md",
                *({q.title: f"questions/{q.id}.md"} for q in found),
            ]
        }
        for name, found in by_topic(questions).items()
    ]
    return [
        {"Home": home.URI},
        {"Questions": [catalogue.URI, *topics]},
        {"Mock interview": "mock.md"},
        {"Cards": cards.URI},
        {"Plan and progress": "progress.md"},
        {"Guides": sorted(handwritten.uris(root, "guides"), key=_place)},
        {
            "Reference": [
                {"PyTorch on one page": handwritten.ONE_PAGE},
                {"Benchmarks": handwritten.MEASURED},
                {"PyTorch vs TensorFlow": comparison.URI},
                {"Sources and corrections": handwritten.LEDGER},
                {"Recorded outputs": about.URI},
            ]
        },
    ]


def by_topic(questions: Sequence[Question]) -> dict[str, list[Question]]:
    """The topics that have questions, each with its own."""
    found: dict[str, list[Question]] = {}
    for one in questions:
        found.setdefault(one.topic, []).append(one)
    return found


def _place(guide: str) -> tuple[int, str]:
    name = Path(guide).stem
    return GUIDES.index(name) if name in GUIDES else len(GUIDES), name
