"""Whether the answer replaced what the checks compare with.

An answer may do what it likes to its own process; a verdict counts only when
the functions that reached it are the ones that were there before.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import ModuleType

Fingerprint = dict[tuple[str, str], tuple[int, int]]

OWNERS = ("_pytest", "pluggy", "backprep")
MODULES = (
    "builtins",
    "copy",
    "math",
    "operator",
    "pytest",
    "torch",
    "torch.autograd",
    "torch.autograd.functional",
    "torch.autograd.gradcheck",
    "torch.autograd.graph",
    "torch.functional",
    "torch.nn.functional",
    "torch.nn.utils.clip_grad",
    "torch.overrides",
    "torch.serialization",
    "torch.testing",
    "torch.testing._comparison",
)


# importing the compiler, as torch.func and torch.compile do, replaces these
BY_TORCH = {
    ("torch", "manual_seed"),
    ("Module", "__init__"),
    ("Module", "__setstate__"),
}


def fingerprint() -> Fingerprint:
    """The identity and code of every function that a check may rely on.

    Called twice, before the answer is imported and after its checks; the
    objects of the first call must be kept alive by their modules.
    """
    import torch
    from torch import nn

    found: Fingerprint = {}
    for name, module in list(sys.modules.items()):
        ours = name.split(".")[0] in OWNERS and not name.startswith("backprep.answers")
        if isinstance(module, ModuleType) and (ours or name in MODULES):
            # what a module only passes through may be set anew at any time
            own = None if name in MODULES else name
            found |= _functions(name, vars(module), own)
    for owner in (torch.Tensor, nn.Module, nn.Parameter, torch.optim.Optimizer):
        found |= _functions(owner.__name__, vars(owner), None)
    return found


def replaced(before: Fingerprint) -> list[str]:
    """What of `before` is another function now, by its dotted name."""
    import torch

    after = fingerprint()
    changed = [
        ".".join(key)
        for key, value in before.items()
        if after.get(key, value) != value and key not in BY_TORCH
    ]
    gone = [".".join(key) for key in before if key not in after]
    # a tensor that compares as it likes
    liars = [
        kind.__qualname__
        for kind in _subclasses(torch.Tensor)
        if kind.__module__.startswith("backprep.answers")
        and {"__torch_function__", "__torch_dispatch__"} & vars(kind).keys()
    ]
    return changed + gone + liars


def _functions(
    owner: str, members: Mapping[str, object], module: str | None
) -> Fingerprint:
    return {
        (owner, name): (id(value), id(getattr(value, "__code__", None)))
        for name, value in list(members.items())
        if callable(value)
        and (module is None or getattr(value, "__module__", None) == module)
    }


def _subclasses(kind: type) -> list[type]:
    direct: list[type] = kind.__subclasses__()
    return direct + [below for child in direct for below in _subclasses(child)]
