"""The home page: what this is, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from backprep.bank.question import LEVELS, Question, read_text
from backprep.site.markup import element
from backprep.site.page import Page, link

URI = "index.md"
PICTURE = "docs/_pictures/home.svg"


def page(questions: Sequence[Question]) -> Page:
    """The first page: what this is, the topics, and where to start."""
    first = questions[0]
    start = (
        f"**Start here:** [{first.title}](questions/{first.id}.md), "
        f"{first.level}, {first.minutes} minutes."
    )
    topics = "".join(
        _topic(topic, questions) for topic in dict.fromkeys(q.topic for q in questions)
    )
    root = first.root
    body = f"""\
<div class="bp-hero" markdown="1">
<div class="bp-pitch" markdown="1">

# PyTorch interview questions whose answers run

Read a question and write the answer in your own editor. Checks judge it, and an
answer that is nearly right is told which mistake it made. The model answer stays
out of sight until you ask for it.

{element("next", start)}

</div>
{read_text(root / PICTURE).strip()}
</div>

## Topics

<ul class="bp-topics">{topics}</ul>

## Three ways to practise

<div class="bp-ways" markdown="1">
<div markdown="1">

### In your editor

`backprep start gradient` writes a starter, `backprep check gradient` judges what you
made of it: [check yourself](guides/check_yourself.md).

</div>
<div markdown="1">

### Against the clock

Every question has a time limit, and a [mock interview](mock.md) has one clock for
several.

</div>
<div markdown="1">

### Aloud

Questions to explain come with two minutes to speak and a rubric to tick:
[choose one](questions/index.md?kind=explain).

</div>
</div>
"""
    return Page(
        URI,
        "PyTorch interview questions",
        body,
        root / "backprep" / "site" / "home.py",
        meta={
            "description": f"{len(questions)} PyTorch interview questions whose "
            "answers run: write yours, have it judged, and see which mistake it makes.",
            "hide": ["navigation", "toc"],
        },
    )


def _topic(topic: str, questions: Sequence[Question]) -> str:
    found = [q for q in questions if q.topic == topic]
    counts = {level: sum(q.level == level for q in found) for level in LEVELS}
    levels = "".join(
        f'<span class="bp-level bp-{level}">{count} {level}</span>'
        for level, count in counts.items()
        if count
    )
    target = link(URI, f"questions/{topic}/index.md")
    return (
        f'<li><a href="{target}">{found[0].topic_title}</a>'
        f'<span class="bp-count">{levels}</span></li>'
    )
