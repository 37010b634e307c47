"""How a near miss names the checks that reject it."""

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer", bound=Callable[..., object])


def fails(*checks: str) -> Callable[[Answer], Answer]:
    """Mark a near miss with exactly the checks that must reject it.

    `backprep.source.near_misses` reads the names from the text, so that no
    near miss has to be run to know them.
    """

    def mark(answer: Answer) -> Answer:
        return answer

    return mark
