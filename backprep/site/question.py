"""A question's page: all that invites an attempt, and nothing of the answer."""

from __future__ import annotations

import json

from backprep.bank.question import Question
from backprep.bank.starter import starter
from backprep.site import editor
from backprep.site.markup import block, element, facts, fence
from backprep.site.page import Page
from backprep.site.true_values import truth

SPEAKING = 120
"""The seconds that one has to explain something aloud."""


def page(question: Question) -> Page:
    """A question's prompt, and what a reader does with it. Raises BankError."""
    parts = [
        f"# {question.title}",
        facts(question),
        block("div", f"{_left(question)}\n\n{_desk(question)}", class_="bp-bench"),
        *_of_its_kind(question),
        f"## Hints\n\n{_hints(question)}",
        f"## The answer\n\n{_reveal(question)}",
    ]
    if question.follow_ups:
        asked = "\n".join(f"{n}. {q}" for n, q in enumerate(question.follow_ups, 1))
        follow_ups = element("follow-ups", asked, question=question.id)
        parts.append(f"## Follow-ups\n\n{follow_ups}")
    return Page(
        f"questions/{question.id}.md",
        question.title,
        "\n\n".join(parts) + "\n",
        question.prompt_path,
        meta={
            "description": _description(question),
            "hide": ["toc"],
            "tags": [question.topic_title, *question.tags],
        },
    )


def answer_link(question: Question) -> str:
    """How the page of a question refers to its answer."""
    return f"../../solutions/{question.id}.md"


def _left(question: Question) -> str:
    code = fence(starter(question), f"answers/{question.id}.py")
    body = f"{question.prompt}\n\n## You start from\n\n{code}"
    return block("div", body, class_="bp-prompt")


def _desk(question: Question) -> str:
    """What stands beside the prompt: the clock, and the way to a verdict."""
    timer = element(
        "timer",
        f"Give yourself {question.minutes} minutes.",
        question=question.id,
        minutes=question.minutes,
    )
    how = fence(
        f"backprep start {question.slug}\nbackprep check {question.slug}",
        language="console",
    )
    inside = (
        "On your own machine `make study` (or `backprep serve`) judges in this page, "
        f"at every save. Or in a terminal:\n\n{how}"
    )
    built = {"editor": editor.URI} if editor.is_built(question.root) else {}
    judge = element("judge", inside, question=question.id, **built)
    label = {"class_": "bp-desk", "aria-label": "Your attempt"}
    return block("section", f"{timer}\n\n{judge}", **label)


def _hints(question: Question) -> str:
    hints = [
        block("details", f"<summary>Hint {n}</summary>\n\n{text}", class_="bp-hint")
        for n, text in enumerate(question.hints, 1)
    ]
    return element("hints", "\n\n".join(hints), question=question.id)


def _of_its_kind(question: Question) -> list[str]:
    """What only a predict or an explain question has."""
    if question.kind == "predict":
        names = json.dumps(list(truth(question)))
        inside = f"[What it really prints]({answer_link(question)}#truth)"
        form = element("predict", inside, question=question.id, names=names)
        return [f"## Your predictions\n\n{form}"]
    if question.kind == "explain":
        inside = (
            "Explain it aloud in two minutes, then tick off what you said: "
            f"[the rubric]({answer_link(question)}#rubric)."
        )
        said = element("rubric", inside, question=question.id, seconds=SPEAKING)
        return [f"## Say it aloud\n\n{said}"]
    return []


def _reveal(question: Question) -> str:
    inside = f"[Reveal the answer]({answer_link(question)}){{ .md-button }}"
    return element("reveal", inside, question=question.id)


def _description(question: Question) -> str:
    return (
        f"{question.title}: a PyTorch interview question to {_TO[question.kind]}, "
        f"{question.level}, {question.minutes} minutes."
    )


_TO = {
    "code": "answer in code",
    "debug": "debug",
    "predict": "predict the output of",
    "explain": "explain aloud",
    "measure": "answer by measuring",
}
