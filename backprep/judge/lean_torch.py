"""Keep torch from importing its compiler where nothing is compiled.

Making an optimizer imports `torch._dynamo`, and so does the first gradient of
`torch.func`; the first `assert_close` imports `torch.distributed.tensor`; attention
with a mask of keys imports sympy: over a second and 70 MB together (torch 2.13), for
the sake of four functions that do nothing outside of compiled code and of tensors that
no check compares. Whatever else asks for them gets the real ones, and so does
everything where torch is made otherwise.
"""

import functools
import importlib.util
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType
from typing import Any

DYNAMO = "torch._dynamo"


class _CompiledAutograd:
    """Stands for `torch._dynamo.compiled_autograd` until more of it is needed."""

    def _disable(self) -> AbstractContextManager[None]:
        """Keeps a backward pass from being compiled: here none is."""
        return nullcontext()

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(f"{DYNAMO}.compiled_autograd"), name)


class _Dynamo(ModuleType):
    """Stands for `torch._dynamo` until more of it is needed."""

    compiled_autograd = _CompiledAutograd()

    def graph_break(self, msg: str = "") -> None:
        """Ends a graph that is being compiled: here there is none."""

    def disable(
        self, fn: Callable[..., Any], recursive: bool = True, **options: Any
    ) -> Callable[..., Any]:
        """Keeps a function from being compiled: here nothing is."""
        return fn

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":
            # asked by whoever looks through all modules
            raise AttributeError(name)
        if sys.modules.get(DYNAMO) is self:
            del sys.modules[DYNAMO]
        return getattr(importlib.import_module(DYNAMO), name)


def _told_true(check: Callable[..., None]) -> Callable[..., None]:
    """`torch._check_with`, which asks the compiler only about what may be symbolic."""

    @functools.wraps(check)
    def check_with(
        error_type: type[Exception], cond: object, message: Callable[[], str]
    ) -> None:
        if cond is not True:
            check(error_type, cond, message)

    return check_with


def keep_lean() -> None:
    """Put the stand-ins in place, unless the real ones are there already."""
    import torch

    if DYNAMO not in sys.modules:
        module = _Dynamo(DYNAMO)
        # what the import system asks of any module
        module.__spec__ = spec = importlib.util.find_spec(DYNAMO)
        module.__file__ = spec.origin if spec else None
        sys.modules[DYNAMO] = torch._dynamo = module
        if hasattr(torch, "_check_with"):
            torch._check_with = _told_true(torch._check_with)
    comparison: Any = sys.modules["torch.testing._comparison"]
    if hasattr(comparison, "_HAS_DTENSOR"):
        comparison._HAS_DTENSOR = False


def spare_measuring() -> None:
    """Let `torch.compile` go without measuring its guards, where it is imported.

    At each compilation it does so once for a line in a log, and empties the caches of
    the processor first (torch 2.13): a third of what compiling a small function costs.
    """
    guards: Any = sys.modules.get(f"{DYNAMO}.guards")
    if hasattr(guards, "profile_guard_manager"):
        guards.profile_guard_manager = lambda *measured: 0.0
