"""An answer's page, which a question's page fetches only when it is revealed."""

from __future__ import annotations

import ast
import re
from html import escape

from backprep.bank import near_miss_messages, source
from backprep.bank.demands import demands
from backprep.bank.model_answer import model_answer, parsed
from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, read_text, sections
from backprep.clock import counted
from backprep.evidence import examples
from backprep.site import diff, mistakes, right_answers
from backprep.site.formulas import LANGUAGE
from backprep.site.markup import block, fence, folded, inline, titled
from backprep.site.page import Page
from backprep.site.true_values import truth

SHOWN = 4
"""Near misses in sight; what a page would be too long for is a fold away."""
LONG = 16
"""Lines of a reference that are too many to stand open."""
FENCES = re.compile(
    # a formula by itself, and blocks of code that follow one another
    rf"^```{LANGUAGE}$.*?^```$|^```.*?^```$(?:\n+^```(?!{LANGUAGE}$).*?^```$)*",
    re.MULTILINE | re.DOTALL,
)


def page(question: Question) -> Page:
    """The answer to a question, which no search finds. Raises BankError."""
    text = examples.read(question.model_answer_path, question.root)
    said = parsed(text)
    inside = [
        f"## What one says {{ #model-answer }}\n\n{_with_code_folded(said.said)}",
        *([_truth(question)] if question.kind == "predict" else []),
        _reference(question),
        *right_answers.section(question),
        _near_misses(question),
        _checks(question),
        _rubric(sections(text).get("Rubric", ""), question),
        folded("Sources", said.sources, id="sources"),
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
    """The solution's code, and the idea of it: its own docstring."""
    text = read_text(question.solution_path)
    tree = source.tree(text)
    code = text
    why = ast.get_docstring(tree) or ""
    if why:
        code = "\n".join(text.splitlines()[tree.body[0].end_lineno :]).strip()
    shown = fence(code, f"solutions/{question.id}.py")
    idea = block("div", f"**Why it is so.** {why}", class_="bp-why")
    lines = len(code.splitlines())
    if lines > LONG or question.kind == "predict":  # whose values stand above
        shown = folded(f"The code, {counted(lines, 'line')}", shown)
    inside = f"## The reference solution {{ #reference-title }}\n\n{idea}\n\n{shown}"
    return block("section", inside, id="reference")


def _with_code_folded(said: str) -> str:
    """What one says aloud, its examples and their outputs a click away."""

    def fold(found: re.Match[str]) -> str:
        if found[0].startswith(f"```{LANGUAGE}\n"):
            return found[0]
        return folded("An example, run", found[0])

    return FENCES.sub(fold, said)


def _near_misses(question: Question) -> str:
    """Each folded below its title; what it looks like opens on demand."""
    text = read_text(question.near_misses_path)
    fails = {wrong.name: wrong.fails for wrong in near_misses(question)}
    diffs = mistakes.diffs(text, read_text(question.solution_path), fails)
    caught = near_miss_messages.messages(question)
    parts = []
    for wrong in near_misses(question):
        said = caught.get(wrong.name) or dict.fromkeys(
            map(source.check_title, sorted(wrong.fails)), ""
        )
        inside = f"{diff.html(diffs[wrong.name])}\n\n{_caught(said)}"
        known = {"class_": "bp-miss bp-fold", "data_title": escape(wrong.title)}
        parts.append(folded(titled(wrong, wrong.consequence), inside, **known))
    first, others = parts[:SHOWN], parts[SHOWN:]
    if others:
        first.append(folded(f"{len(others)} more", "\n\n".join(others)))
    return "## What people write instead { #near-misses }\n\n" + "\n\n".join(first)


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
    """What is checked, what each check says when it fails, and its code."""
    path = question.checks_path.relative_to(question.root).as_posix()
    text = read_text(question.checks_path)
    advice = source.docstrings(text)
    asked = demands(question)
    items = "\n".join(
        f"- **{source.check_title(name)}**: {advice.get(name, '')}"
        + "".join(f" “{words}”" for words in asked.get(name, ()))
        for name in question.check_names
    )
    code = folded("Their code", fence(text, path))
    title = f"The {counted(len(question.check_names), 'check')}"
    return folded(title, f"{items}\n\n{code}", id="checks")


def _follow_ups(question: Question) -> str:
    answers = model_answer(question).follow_ups
    pairs = zip(question.follow_ups, answers, strict=False)
    parts = [
        folded(
            inline(" ".join(asked.split())),
            block("div", answer, id=f"follow-up-{n}", class_="bp-follow-up"),
        )
        for n, (asked, answer) in enumerate(pairs, 1)
    ]
    title = f"{counted(len(parts), 'follow-up')}, with answers"
    return folded(title, "\n\n".join(parts), id="follow-ups")


def _rubric(text: str, question: Question) -> str:
    """What a good answer says, to be ticked; open where the answer is spoken."""
    inside = block("section", f"## Rubric {{ #rubric-title }}\n\n{text}", id="rubric")
    return inside if question.kind == "explain" else folded("Rubric", inside)
