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
from backprep.judge.lean_torch import spare_measuring

OFTEN = "torch.fx.experimental.symbolic_shapes"
"""What `backward` with a gradient imports, and a model on `meta`: it brings sympy."""

DYNAMO = "torch._dynamo"
AT_FIRST_CALL = (
    "torch._dynamo.repro.after_dynamo",
    "torch._higher_order_ops.passes.inline_invoke_subgraph",
    "torch._inductor.compiler_bisector",
    "torch._inductor.fx_passes.dedupe_symint_uses",
    "torch._inductor.ir",
    "torch.distributed.tensor.experimental",
    "torch.export._trace",
    "torch.fx.experimental.validator",
)
"""What `torch.compile` and `torch.export` import when they are first called, in some
versions of torch. Checks that need it import a part of `torch._dynamo`."""


@cache
def import_ahead(question_id: str) -> None:
    """Import what of torch the checks of this question import at their top, once,
    and what many answers make torch import.

    What cannot be imported, or read, is left to the verdict, which says so.
    """
    with contextlib.suppress(BankError, SyntaxError):
        checks = read_text(read_question(question_id).checks_path)
        names = [OFTEN, *modules_of_torch(checks)]
        if any(name.startswith(DYNAMO) for name in names):
            names += AT_FIRST_CALL
        for name in names:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    spare_measuring()
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
