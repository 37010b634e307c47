"""The home page: what this is, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from backprep.bank.aims import EVERYTHING, load_aims
from backprep.bank.question import LEVELS, Question, read_text
from backprep.bank.topics import Topic, load_topics
from backprep.clock import counted
from backprep.site import catalogue
from backprep.site.page import Page, link

URI = "index.md"
PICTURE = "docs/_pictures/home.svg"


def page(questions: Sequence[Question]) -> Page:
    """The first page: what this is, the topics, and where to start."""
    first = questions[0]
    topics = load_topics(first.root)
    cards = "".join(
        _card(topics[name], questions)
        for name in dict.fromkeys(q.topic for q in questions)
    )
    root = first.root
    body = f"""\
<div class="bp-hero" markdown="1">
<div class="bp-pitch" markdown="1">

# PyTorch interview questions whose answers run

Read a question and write the answer, in the page or in your own editor. Checks judge
it, and an answer that is nearly right is told which mistake it made. The model answer
stays out of sight until you ask for it.

{_aim(questions)}

<backprep-next>{_begin(questions)}</backprep-next>

</div>
{read_text(root / PICTURE).strip()}
</div>

## Topics

<ul class="bp-topics">{cards}</ul>

All of it in one program that ran, on two sheets of paper:
[PyTorch on one page](one_page.md). Each topic has a sheet too, with its calls and its
traps.

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


def _aim(questions: Sequence[Question]) -> str:
    """Where the reader says what they prepare for; nothing in a bank of one aim."""
    aims = load_aims(questions[0].root)
    if len(aims) == 1:
        return ""
    options = "".join(
        f'<option value="{escape(aim.name)}">{escape(aim.title)}</option>'
        for aim in aims.values()
    )
    said = "".join(
        f'<span data-aim="{escape(aim.name)}"{"" if aim is EVERYTHING else " hidden"}>'
        f"{escape(aim.about)}</span>"
        for aim in aims.values()
    )
    return (
        f"<backprep-aim><label>Your aim <select disabled>{options}</select></label>"
        f'<p role="status">{said}</p></backprep-aim>'
    )


def _begin(questions: Sequence[Question]) -> str:
    """What to do first: as scripts draw it for who has begun, and as large."""
    first = questions[0]
    facts = f"{first.topic_title} · {first.level} · {counted(first.minutes, 'minute')}"
    ways = (
        (f"questions/{first.id}.md", f"Start here: {escape(first.title)}", facts),
        (
            "progress.md",
            "Plan for your interview",
            "Say when it is, and see what to do each day",
        ),
        ("mock.md", "Take a mock interview", "Several questions against one clock"),
    )
    entries = "".join(
        f'<li><a class="backprep-next-link" href="{link(URI, uri)}">{title}</a> '
        f'<span class="backprep-next-facts">{about}</span></li>'
        for uri, title, about in ways
    )
    everything = f'<a href="{link(URI, catalogue.URI)}">See them all</a>'
    topics = len({question.topic for question in questions})
    return (
        '<p class="backprep-next-line">New here? Begin with an easy question, or plan '
        "the days until your interview.</p>"
        f'<ul class="backprep-next-list">{entries}</ul>'
        f'<p class="backprep-next-foot">{counted(len(questions), "question")} in '
        f"{counted(topics, 'topic')}. {everything}</p>"
    )


def _card(topic: Topic, questions: Sequence[Question]) -> str:
    found = [q for q in questions if q.topic == topic.name]
    counts = {level: sum(q.level == level for q in found) for level in LEVELS}
    levels = "".join(
        f'<span class="bp-level bp-{level}">{count} {level}</span>'
        for level, count in counts.items()
        if count
    )
    target = link(URI, f"questions/{topic.name}/index.md")
    return (
        f'<li><a href="{target}">{escape(topic.title)}</a>'
        f'<p class="bp-summary">{escape(topic.summary)}</p>'
        f'<span class="bp-count">{levels}</span>'
        f'<backprep-topic topic="{topic.name}">{counted(len(found), "question")}'
        "</backprep-topic></li>"
    )
