"""The other right answers to a question, as the page of its answer shows them."""

from __future__ import annotations

from collections.abc import Iterator

from backprep.bank.question import Question
from backprep.bank.right_answers import right_answers
from backprep.clock import counted
from backprep.site.markup import fence, folded, titled


def section(question: Question) -> Iterator[str]:
    """Each folded below its title, and all of them below their number; nothing where
    there are none."""
    parts = [
        folded(titled(other, other.trade), fence(other.code), "bp-right bp-fold")
        for other in right_answers(question)
    ]
    if parts:
        title = counted(len(parts), "other right answer")
        yield folded(title, "\n\n".join(parts), id="right-answers")
