"""An answer's page, which a question's page fetches only when it is revealed."""

from __future__ import annotations

import ast
from html import escape

from backprep.bank import source
from backprep.bank.model_answer import model_answer, parsed
from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, read_text, sections
from backprep.evidence import examples, near_miss_messages
from backprep.site import right_answers
from backprep.site.markup import block, fence
from backprep.site.page import Page
from backprep.site.true_values import truth


def page(question: Question) -> Page:
    """The answer to a question, which no search finds. Raises BankError."""
    text = examples.read(question.model_answer_path, question.root)
    said = parsed(text)
    inside = [
        f"## What one says {{ #model-answer }}\n\n{said.said}",
        *([_truth(question)] if question.kind == "predict" else []),
        _reference(question),
        *right_answers.section(question),
        _near_misses(question),
        _checks(question),
        _rubric(sections(text).get("Rubric", "")),
        f"## Sources {{ #sources }}\n\n{said.sources}",
    ]
    body = f"""\
# Answer: {question.title}

[Back to the question](../../questions/{question.id}.md)

{block("div", f"{chr(10) * 2}".join(inside), id="answer")}

{_follow_ups(question)}
"""
    return Page(
        f"solutions/{question.id}.md",
        f"Answer: {question.title}",
        body,
        question.model_answer_path,
        hidden=True,
        meta={"hide": ["navigation", "toc"]},
    )


def _truth(question: Question) -> str:
    rows = "\n".join(
        f"| `{name}` | `{value!r}` |" for name, value in truth(question).items()
    )
    table = f"| Name | Value |\n|---|---|\n{rows}"
    return f"## What it prints {{ #truth }}\n\n{table}"


def _reference(question: Question) -> str:
    """The solution's code, beside the idea of it: its own docstring."""
    text = read_text(question.solution_path)
    tree = source.tree(text)
    code = text
    why = ast.get_docstring(tree) or ""
    if why:
        code = "\n".join(text.splitlines()[tree.body[0].end_lineno :]).strip()
    shown = fence(code, f"solutions/{question.id}.py")
    idea = block("div", f"**Why it is so**\n\n{why}", class_="bp-why")
    both = block("div", f"{shown}\n\n{idea}", class_="bp-beside")
    return f"## The reference solution {{ #reference }}\n\n{both}"


def _near_misses(question: Question) -> str:
    text = read_text(question.near_misses_path)
    reference = read_text(question.solution_path)
    caught = near_miss_messages.messages(question)
    nodes = {node.name: node for node in source.definitions(text)}
    parts = []
    for wrong in near_misses(question):
        code = source.code(text, nodes[wrong.name])
        said = caught.get(wrong.name) or dict.fromkeys(
            map(source.check_title, sorted(wrong.fails)), ""
        )
        shown = fence(code, marked=_differing(code, reference))
        both = block("div", f"{shown}\n\n{_caught(said)}", class_="bp-beside")
        inside = f"### {wrong.title.capitalize()}\n\n{wrong.consequence}\n\n{both}"
        parts.append(block("section", inside, class_="bp-miss"))
    return "## What people write instead { #near-misses }\n\n" + "\n\n".join(parts)


def _differing(code: str, reference: str) -> list[int]:
    """The lines of a near miss that are its own; none where nearly all are."""
    right = {line.strip() for line in reference.splitlines()}
    lines = code.splitlines()
    own = [
        number
        for number, line in enumerate(lines[1:], 2)
        if line.strip() and line.strip() not in right
    ]
    return own if len(own) <= len(lines) / 2 else []


def _caught(said: dict[str, str]) -> str:
    items = "".join(
        f'<li><span class="bp-check">{escape(title)}</span>'
        + (f"<samp>{escape(message)}</samp>" if message else "")
        + "</li>"
        for title, message in said.items()
    )
    return (
        '<div class="bp-verdict"><p>Caught by</p>'
        f'<ul class="bp-caught">{items}</ul></div>'
    )


def _checks(question: Question) -> str:
    path = question.checks_path.relative_to(question.root).as_posix()
    code = fence(read_text(question.checks_path), path)
    summary = f"<summary>All {len(question.check_names)} checks</summary>"
    shown = block("details", f"{summary}\n\n{code}", class_="bp-checks")
    return f"## The checks {{ #checks }}\n\n{shown}"


def _follow_ups(question: Question) -> str:
    answers = model_answer(question).follow_ups
    pairs = zip(question.follow_ups, answers, strict=False)
    parts = [
        f"{block('div', asked, class_='bp-asked')}\n\n"
        + block("div", answer, id=f"follow-up-{n}", class_="bp-follow-up")
        for n, (asked, answer) in enumerate(pairs, 1)
    ]
    inside = "## Follow-ups { #follow-ups }\n\n" + "\n\n".join(parts)
    return block("section", inside, class_="bp-follow-ups")


def _rubric(text: str) -> str:
    return block("section", f"## Rubric {{ #rubric-title }}\n\n{text}", id="rubric")
