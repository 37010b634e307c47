"""The other right answers to a question, as the page of its answer shows them."""

from __future__ import annotations

from collections.abc import Iterator

from backprep.bank.question import Question
from backprep.bank.right_answers import right_answers
from backprep.site.markup import block, fence


def section(question: Question) -> Iterator[str]:
    """Each folded under its name; nothing where there are none."""
    folded = [
        block(
            "details",
            f"<summary>{answer.title.capitalize()}</summary>\n\n"
            f"{answer.trade}\n\n{fence(answer.code)}",
            class_="bp-right",
        )
        for answer in right_answers(question)
    ]
    if folded:
        yield "\n\n".join(["## Other right answers { #right-answers }", *folded])
