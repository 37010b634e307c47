"""The study site's pages, made from the bank; knows no site engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent
from typing import Any

import yaml

from backprep import bank, examples, source
from backprep.bank import Question
from backprep.starter import starter


@dataclass(frozen=True)
class Page:
    uri: str
    title: str
    body: str
    """Markdown."""
    source: Path
    """The file that an edit of this page should change."""
    hidden: bool = False
    """Whether it is kept out of navigation, search and sitemap."""
    meta: Mapping[str, Any] = field(default_factory=dict)
    """What else its front matter says."""

    @property
    def markdown(self) -> str:
        meta: dict[str, Any] = {"title": self.title, **self.meta}
        if self.hidden:
            meta |= {"search": {"exclude": True}, "robots": "noindex"}
        head = yaml.safe_dump(meta, allow_unicode=True)
        return f"---\n{head}---\n{self.body}"


def pages(questions: Sequence[Question]) -> Iterator[Page]:
    """A page for each topic, each question, and apart from it each answer."""
    for topic, title in bank.TOPICS.items():
        of_topic = [q for q in questions if q.topic == topic]
        if of_topic:
            yield _topic(topic, title, of_topic)
    for question in questions:
        yield _question(question)
        yield _answer(question)


def _topic(topic: str, title: str, questions: list[Question]) -> Page:
    path = questions[0].root / "questions" / topic / "index.md"
    rows = [
        f"| [{q.title}]({q.slug}.md) | {q.level} | {q.kind} | {q.minutes} |"
        for q in questions
    ]
    table = "\n".join(
        ["| Question | Level | Kind | Minutes |", "|---|---|---|---|", *rows]
    )
    text = examples.read(path, questions[0].root)
    body = f"{text}\n## Questions\n\n{table}\n"
    return Page(f"questions/{topic}/index.md", title, body, path)


def _question(question: Question) -> Page:
    hints = "\n".join(
        f'??? tip "Hint {n}"\n\n{indent(text, "    ")}\n'
        for n, text in enumerate(question.hints, 1)
    )
    follow_ups = "\n".join(
        f"{n}. {text}" for n, text in enumerate(question.follow_ups, 1)
    )
    body = f"""\
# {question.title}

*{question.level}, {question.kind}, {question.minutes} minutes*

{question.prompt}

## You start from

{_fence(starter(question), f"answers/{question.id}.py")}

Write it there with `backprep start {question.slug}`, and let
`backprep check {question.slug}` judge it.

## Hints

{hints}
## Follow-ups

{follow_ups}

[Reveal the answer](../../solutions/{question.id}.md){{ .md-button }}
"""
    return Page(f"questions/{question.id}.md", question.title, body, question.page)


def _answer(question: Question) -> Page:
    said = examples.read(question.model_answer, question.root)
    wrong = source.near_misses(bank.read_text(question.near_misses))
    rows = [
        f"| {w.title} | {w.consequence} | "
        f"{', '.join(sorted(map(source.check_title, w.fails)))} |"
        for w in wrong
    ]
    checks = f"tests/{question.topic}/{question.checks.name}"
    body = f"""\
# Answer: {question.title}

{said.split("## Rubric", 1)[0].strip()}

{_fence(bank.read_text(question.solution), f"solutions/{question.id}.py")}

## Rubric{said.split("## Rubric", 1)[1].rstrip()}

## What people write instead

| Mistake | Consequence | Caught by |
|---|---|---|
{chr(10).join(rows)}

## The checks

{_fence(bank.read_text(question.checks), checks)}

[Back to the question](../../questions/{question.id}.md)
"""
    return Page(
        f"solutions/{question.id}.md",
        f"Answer: {question.title}",
        body,
        question.model_answer,
        hidden=True,
    )


def _fence(code: str, title: str) -> str:
    return examples.fence(code, "python", title)
