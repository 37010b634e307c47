"""The other right answers to a question, as the page of its answer shows them."""

from __future__ import annotations

from collections.abc import Iterator

from backprep.bank.question import Question
from backprep.bank.right_answers import right_answers
from backprep.site.markup import fence, folded, titled


def section(question: Question) -> Iterator[str]:
    """Each folded below its title; nothing where there are none."""
    parts = [
        folded(titled(other, other.trade), fence(other.code), "bp-right bp-fold")
        for other in right_answers(question)
    ]
    if parts:
        yield "## Other right answers { #right-answers }\n\n" + "\n\n".join(parts)
