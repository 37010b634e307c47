"""A topic's page: what interviewers probe, and its questions by level."""

from __future__ import annotations

from backprep.bank.front_matter import read_front_matter
from backprep.bank.question import LEVELS, Question
from backprep.bank.topics import FIELDS, Topic
from backprep.clock import counted
from backprep.evidence import examples
from backprep.site import sheet
from backprep.site.markup import entries
from backprep.site.page import Page


def page(topic: Topic, questions: list[Question]) -> Page:
    """Of `questions` of one topic, in the order to study them."""
    path = questions[0].root / "questions" / topic.name / "index.md"
    uri = f"questions/{topic.name}/index.md"
    text = read_front_matter(path, FIELDS).text
    on_paper = (
        "For the last half hour: its calls with their shapes and its traps, "
        f"[the topic on a sheet](../../{sheet.uri(topic.name)})."
    )
    told = examples.expand(text, questions[0].root, path).strip()
    parts = [told, on_paper, "## Questions"]
    for level in LEVELS:
        of_level = [q for q in questions if q.level == level]
        if of_level:
            parts += [f"### {level.capitalize()}", entries(of_level, uri)]
    meta = {
        "description": f"{topic.title} in PyTorch interviews: what is probed, and "
        f"{counted(len(questions), 'question')} with answers that are judged.",
        "tags": list(topic.tags),
    }
    return Page(uri, topic.title, "\n\n".join(parts) + "\n", path, meta=meta)
