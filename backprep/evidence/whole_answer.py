"""The whole answer to a question, as one text."""

from __future__ import annotations

from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, read_text
from backprep.bank.right_answers import right_answers
from backprep.evidence import examples


def whole_answer(question: Question) -> str:
    """What to say, the code, other right answers and what people write instead, in
    Markdown."""
    parts = [
        f"# {question.title}",
        examples.read(question.model_answer_path, question.root).strip(),
        "## The reference solution",
        _python(read_text(question.solution_path)),
    ]
    for other in right_answers(question):
        parts += [f"## Also right: {other.title}", other.trade, _python(other.code)]
    wrong = [f"- {miss.title}: {miss.consequence}" for miss in near_misses(question)]
    if wrong:
        parts += ["## What people write instead", "\n".join(wrong)]
    return "\n\n".join(parts) + "\n"


def _python(code: str) -> str:
    return f"```python\n{code.strip()}\n```"
