"""Whether the answer replaced what the checks compare with.

An answer may do what it likes to its own process; a verdict counts only when
the functions that reached it are the ones that were there before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

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
BY_TORCH = ("torch.manual_seed", "Module.__init__", "Module.__setstate__")


@dataclass(frozen=True)
class Known:
    """A function that a check may rely on, where it stands, and its code."""

    owner: str
    members: Mapping[str, object]
    name: str
    value: object
    code: object

    @property
    def path(self) -> str:
        return f"{self.owner}.{self.name}"

    @property
    def replaced(self) -> bool:
        value = self.members.get(self.name)
        return (
            value is not self.value or getattr(value, "__code__", None) is not self.code
        )


def known() -> list[Known]:
    """Every function that a check may rely on; to be called before the answer is."""
    import torch
    from torch import nn

    found: list[Known] = []
    for name, module in list(sys.modules.items()):
        ours = name.split(".")[0] in OWNERS and not name.startswith("backprep.answers")
        if isinstance(module, ModuleType) and (ours or name in MODULES):
            # what a module only passes through may be set anew at any time
            own = None if name in MODULES else name
            found += _functions(name, vars(module), own)
    for owner in (torch.Tensor, nn.Module, nn.Parameter, torch.optim.Optimizer):
        found += _functions(owner.__name__, vars(owner), None)
    return found


def replaced(before: list[Known]) -> list[str]:
    """What of `before` is another function now, by its dotted name."""
    import torch

    changed = [k.path for k in before if k.replaced and k.path not in BY_TORCH]
    # a tensor that compares as it likes
    liars = [
        kind.__qualname__
        for kind in _subclasses(torch.Tensor)
        if kind.__module__.startswith("backprep.answers")
        and {"__torch_function__", "__torch_dispatch__"} & vars(kind).keys()
    ]
    return changed + liars


def _functions(
    owner: str, members: Mapping[str, object], module: str | None
) -> Iterator[Known]:
    for name, value in list(members.items()):
        if callable(value) and (
            module is None or getattr(value, "__module__", None) == module
        ):
            yield Known(owner, members, name, value, getattr(value, "__code__", None))


def _subclasses(kind: type) -> list[type]:
    direct: list[type] = kind.__subclasses__()
    return direct + [below for child in direct for below in _subclasses(child)]
