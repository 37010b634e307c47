"""What each check asks for, in the words of the prompt: nothing is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from backprep.bank.question import Question, read_text
from backprep.bank.source import definitions, marked


def demands(question: Question) -> Mapping[str, Sequence[str]]:
    """By check, the sentences that `@prompt_says` names, in their order.

    Raises BankError where the checks cannot be read.
    """
    return _demands(read_text(question.checks_path))


@lru_cache(maxsize=64)
def _demands(source: str) -> Mapping[str, Sequence[str]]:
    return {
        node.name: marked(node, "prompt_says")
        for node in definitions(source)
        if node.name.startswith("test_")
    }


def stands_in(sentence: str, question: Question) -> bool:
    """Whether the prompt says this, however its lines are broken."""
    return " ".join(sentence.split()) in " ".join(question.prompt.split())
