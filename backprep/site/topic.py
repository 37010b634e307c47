"""A topic's page: what interviewers probe, and its questions by level."""

from __future__ import annotations

from backprep.bank.question import LEVELS, TOPICS, Question
from backprep.evidence import examples
from backprep.site import synonyms
from backprep.site.markup import entries
from backprep.site.page import Page


def page(topic: str, questions: list[Question]) -> Page:
    """Of `questions` of one topic, in the order to study them."""
    path = questions[0].root / "questions" / topic / "index.md"
    uri = f"questions/{topic}/index.md"
    parts = [examples.read(path, questions[0].root).strip(), "## Questions"]
    for level in LEVELS:
        of_level = [q for q in questions if q.level == level]
        if of_level:
            parts += [f"### {level.capitalize()}", entries(of_level, uri)]
    title = TOPICS[topic]
    meta = {
        "description": f"{title} in PyTorch interviews: what is probed, and "
        f"{len(questions)} questions whose answers are judged.",
        "tags": synonyms.of_topic(topic),
    }
    return Page(uri, title, "\n\n".join(parts) + "\n", path, meta=meta)
