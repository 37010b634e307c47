"""A question's page: all that invites an attempt, and nothing of the answer."""

from __future__ import annotations

import json
from html import escape

from backprep.bank.question import Question
from backprep.bank.starter import starter
from backprep.site import editor
from backprep.site.markup import block, element, facts, fence
from backprep.site.page import Page
from backprep.site.true_values import truth

SPLIT = {"aria-label": "Width of the question"}
SPEAKING = 120
"""The seconds that one has to explain something aloud."""


def page(
    question: Question, before: Question | None = None, after: Question | None = None
) -> Page:
    """A question's prompt, and beside it the place to answer.

    `before` and `after` are its neighbours in the bank's order. Raises BankError.
    """
    split = element("split", name="prompt", least=25, most=70, usual=42, **SPLIT)
    bench = f"{_reading(question, before, after)}\n\n{split}\n\n{_desk(question)}"
    return Page(
        f"questions/{question.id}.md",
        question.title,
        block("div", bench, class_="bp-bench") + "\n",
        question.prompt_path,
        meta={
            "description": _description(question),
            "hide": ["navigation", "toc", "path"],
            "tags": [question.topic_title, *question.tags],
        },
    )


def hints(question: Question) -> Page:
    """A question's hints, which its page fetches when the first is asked for."""
    parts = [
        block("details", f"<summary>Hint {n}</summary>\n\n{text}", id=f"hint-{n}")
        for n, text in enumerate(question.hints, 1)
    ]
    back = f"[Back to the question](../../questions/{question.id}.md)"
    title = f"Hints: {question.title}"
    return Page(
        f"hints/{question.id}.md",
        title,
        "\n\n".join([f"# {title}", back, *parts]) + "\n",
        question.prompt_path,
        hidden=True,
        meta={"hide": ["navigation", "toc"]},
    )


def answer_link(question: Question) -> str:
    """How the page of a question refers to its answer."""
    return f"../../solutions/{question.id}.md"


def _reading(
    question: Question, before: Question | None, after: Question | None
) -> str:
    """The pane to read: the question, and what helps with it, each a tab."""
    parts = {"Question": _prompt(question), "Hints": _hints(question)}
    if question.follow_ups:
        asked = "\n".join(f"{n}. {q}" for n, q in enumerate(question.follow_ups, 1))
        parts["Follow-ups"] = element("follow-ups", asked, question=question.id)
    parts["Answer"] = _reveal(question)
    ids = {name: name.lower() for name in parts}
    links = "".join(f'<a href="#{id}">{name}</a>' for name, id in ids.items())
    panels = [
        block("section", _headed(name, text), class_="bp-panel", id=ids[name])
        for name, text in parts.items()
    ]
    trail = _trail(question, before, after)
    # the title first: to a search, what stands below it belongs to it
    titled = f"# {question.title}\n\n{trail}\n\n{facts(question)}"
    head = block("div", titled, class_="bp-head")
    tabs = f'<backprep-tabs class="bp-tabs" aria-label="Parts">{links}</backprep-tabs>'
    whole = "\n\n".join([head, tabs, *panels])
    return block("div", whole, class_="bp-reading")


def _headed(name: str, text: str) -> str:
    """A part below its own name, which says nothing more than its tab."""
    return text if name == "Question" else f"## {name} {{ .bp-tabbed }}\n\n{text}"


def _trail(question: Question, before: Question | None, after: Question | None) -> str:
    """Where the question stands, and the way to its neighbours."""
    links = {"Previous": (before, "←"), "Next": (after, "→")}
    steps = "".join(
        f'<a href="../../{link.id}/" aria-label="{name} question: '
        f'{escape(link.title)}" title="{escape(link.title)}">{sign}</a>'
        for name, (link, sign) in links.items()
        if link
    )
    topic = f"[{question.topic_title}](index.md)"
    trail = f"[Questions](../index.md) / {topic}"
    inside = f"{trail}\n\n<nav>{steps}</nav>"
    return block("div", inside, class_="bp-trail", data_search_exclude="")


def _prompt(question: Question) -> str:
    return block("div", question.prompt, class_="bp-prompt")


def _desk(question: Question) -> str:
    """The pane to work in: an editor, predictions to type, or a talk to give."""
    grade = element("grade", question=question.id)
    inside = "\n\n".join([*_of_its_kind(question), grade])
    label = {"class_": f"bp-desk bp-desk-{question.kind}", "aria-label": "Your answer"}
    return block("section", inside, **label)


def _of_its_kind(question: Question) -> list[str]:
    """Where a question of its kind is answered."""
    common = {"question": question.id, "minutes": question.minutes}
    if question.kind == "predict":
        names = json.dumps(list(truth(question)))
        inside = f"[What it really prints]({answer_link(question)}#truth)"
        form = element("predict", inside, names=names, **common)
        return [f"## Your predictions\n\n{form}"]
    if question.kind != "explain":
        return [_editor(question, common)]
    inside = (
        "Explain it aloud in two minutes, then tick off what you said: "
        f"[the rubric]({answer_link(question)}#rubric)."
    )
    said = element("rubric", inside, seconds=SPEAKING, **common)
    return [said, _editor(question, {**common, "beside": ""})]


def _editor(question: Question, attributes: dict[str, object]) -> str:
    """The editor, or the starter where scripts are off."""
    code = fence(starter(question), f"answers/{question.id}.py")
    how = fence(
        f"backprep start {question.slug}\nbackprep check {question.slug}",
        language="console",
    )
    inside = (
        block("div", code, class_="bp-starter")
        + "\n\nOn your own machine, `make study` (or `backprep serve`) judges in this "
        f"page. Or judge it in a terminal:\n\n{how}"
    )
    built = {"editor": editor.URI} if editor.is_built(question.root) else {}
    return element("judge", inside, **attributes, **built)


def _hints(question: Question) -> str:
    link = f"[Hints](../../hints/{question.id}.md)"
    return element("hints", link, question=question.id, count=len(question.hints))


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
