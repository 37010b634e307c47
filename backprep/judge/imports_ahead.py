"""What the checks of a question import, imported before they are asked for again.

Some of torch's modules take seconds. Whoever works at a question asks for its verdict
again and again, so the worker imports them once and not each process for itself.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import importlib
from collections.abc import Iterator
from functools import cache

from backprep.bank.question import BankError, read_text
from backprep.bank.questions import read_question

OFTEN = "torch.fx.experimental.symbolic_shapes"
"""What `backward` with a gradient imports, and a model on `meta`: it brings sympy."""


@cache
def import_ahead(question_id: str) -> None:
    """Import what of torch the checks of this question import at their top, once,
    and what many answers make torch import.

    What cannot be imported, or read, is left to the verdict, which says so.
    """
    with contextlib.suppress(BankError, SyntaxError, ImportError):
        checks = read_text(read_question(question_id).checks_path)
        for name in (OFTEN, *modules_of_torch(checks)):
            importlib.import_module(name)
    gc.freeze()


def modules_of_torch(source: str) -> Iterator[str]:
    """The modules of torch that a file imports by name, outside of functions."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Import):
            yield from (
                alias.name
                for alias in statement.names
                if alias.name.partition(".")[0] == "torch"
            )
