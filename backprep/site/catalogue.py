"""All questions: as a page to filter, and as data for the scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from backprep.bank.aims import EVERYTHING, load_aims
from backprep.bank.question import Question
from backprep.site.markup import element, kind, level, minutes, state
from backprep.site.page import Data, Page, link, url

URI = "questions/index.md"


def page(questions: Sequence[Question]) -> Page:
    """All questions in one table that can be filtered."""
    rows = "".join(_row(question) for question in questions)
    heads = "".join(
        f'<th role="columnheader" scope="col">{name}</th>'
        for name in ("Question", "Topic", "Level", "Kind", "Minutes", "You")
    )
    table = (
        '<table class="bp-all" role="table">'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )
    filtered = element("filter", f'<div class="bp-scroll">{table}</div>')
    body = f"# All questions\n\n{filtered}\n"
    return Page(
        URI,
        "All questions",
        body,
        questions[0].root / "questions",
        meta={
            "description": "Every PyTorch interview question on this site, by topic, "
            "kind, level and your own state.",
            "hide": ["toc"],
            "search": {"exclude": True},
        },
    )


def data(questions: Sequence[Question]) -> Data:
    """What the scripts know of each question: nothing of its answer."""
    found = [
        {
            "id": q.id,
            "title": q.title,
            "topic": q.topic,
            "topicTitle": q.topic_title,
            "kind": q.kind,
            "level": q.level,
            "minutes": q.minutes,
            "url": url(f"questions/{q.id}.md"),
        }
        for q in questions
    ]
    return Data("assets/data/questions.json", json.dumps(found, ensure_ascii=False))


def aims(questions: Sequence[Question]) -> Data:
    """What the scripts know of each aim that is not everything. Raises BankError."""
    found = [
        {
            "name": aim.name,
            "title": aim.title,
            "questions": [question.id for question in aim.path(questions)],
        }
        for aim in load_aims(questions[0].root).values()
        if aim is not EVERYTHING
    ]
    return Data("assets/data/aims.json", json.dumps(found, ensure_ascii=False))


def _row(question: Question) -> str:
    title = (
        f'<a href="{link(URI, f"questions/{question.id}.md")}">'
        f"{escape(question.title)}</a>"
    )
    topic = (
        f'<a href="{link(URI, f"questions/{question.topic}/index.md")}">'
        f"{question.topic_title}</a>"
    )
    cells = [title, topic, level(question), kind(question), minutes(question)]
    return (
        f'<tr role="row" data-topic="{question.topic}" data-kind="{question.kind}" '
        f'data-level="{question.level}" data-question="{question.id}">'
        + "".join(f'<td role="cell">{cell}</td>' for cell in [*cells, state(question)])
        + "</tr>"
    )
