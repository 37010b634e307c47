"""A topic on a sheet of paper: its calls with their shapes, and its traps.

It tells what the answers tell, so it lies among them, and each question's part stays
folded until an attempt at it is over.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html import escape

from backprep.bank import source
from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, read_text
from backprep.bank.topics import Topic
from backprep.clock import counted
from backprep.evidence.calls import Call, calls
from backprep.site.markup import block, element, facts, folded, inline, titled
from backprep.site.page import Page


def uri(topic: str) -> str:
    """Where a topic's sheet lies: it stands for its answers."""
    return f"solutions/{topic}/index.md"


def page(topic: Topic, questions: list[Question]) -> Page:
    """Of `questions` of one topic, in the order to study them. Raises BankError."""
    head = f"""\
# {topic.title} on a sheet

Of each question in [{topic.title}](../../questions/{topic.name}/index.md): what to
write, the idea, PyTorch's calls with the shapes that they had in a run, and the traps.
What you have not tried yet stays folded, on paper too.

{element("sheet")}
"""
    parts = [head, *map(_part, questions)]
    return Page(
        uri(topic.name),
        f"{topic.title} on a sheet",
        block("div", "\n\n".join(parts), class_="bp-sheet") + "\n",
        questions[0].root / "questions" / topic.name / "index.md",
        hidden=True,
        meta={"hide": ["navigation", "toc"]},
    )


def _part(question: Question) -> str:
    code = read_text(question.solution_path)
    traps = near_misses(question)
    made = _telling(calls(question) or [])
    told = [
        inline(" ".join((ast.get_docstring(source.tree(code)) or "").split())),
        _list("bp-calls", map(_call, made)),
        _list("bp-traps", (titled(trap, trap.consequence) for trap in traps)),
    ]
    what = ["The idea", "the calls"] if made else ["The idea"]
    inside = "\n".join(f"<div>{part}</div>" for part in told if part)
    return "\n\n".join(
        (
            f"## [{question.title}](../../questions/{question.id}.md)",
            facts(question),
            _list("bp-signatures", _signatures(code)),
            folded(
                f"{', '.join(what)} and {counted(len(traps), 'trap')}",
                inside,
                class_="bp-fold bp-told",
                data_question=question.id,
            ),
        )
    )


def _signatures(code: str) -> Iterator[str]:
    """What the candidate writes, and what its docstring says first, as HTML."""
    for node in source.public_definitions(code):
        yield _signature(source.call_signature(node), node)
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and not item.name.startswith("_"):
                    yield _signature(source.call_signature(item), item)


def _signature(call: str, node: source.Definition) -> str:
    said, *_ = (ast.get_docstring(node) or "").split("\n\n")
    return f"<code>{escape(call)}</code> {inline(' '.join(said.split()))}".strip()


def _telling(found: list[Call]) -> list[Call]:
    """Without links of a chain that change no shape: the whole chain shows them."""
    return [
        call
        for call in found
        if call.takes != call.gives
        or not any(other.code.startswith(f"{call.code}.") for other in found)
    ]


def _call(call: Call) -> str:
    shapes = " → ".join(escape(part) for part in (call.takes, call.gives) if part)
    return f"<code>{escape(call.code)}</code> <span>{shapes}</span>"


def _list(name: str, items: Iterator[str]) -> str:
    entries = "".join(f"<li>{item}</li>" for item in items)
    return f'<ul class="{name}">{entries}</ul>' if entries else ""
