"""Whether the answer replaced what the checks compare with, or the checks themselves.

An answer may do what it likes to its own process; a verdict counts only when the
functions that reached it are the ones that were there before. What an answer puts
back before the checks end is not seen here; that a near miss is still rejected
afterwards, and that no record comes by way of unknown code, is looked at apart.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

OWNERS = ("_pytest", "pluggy", "backprep")
"""Packages of which everything is watched."""
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
"""What checks rely on, beside these."""
CLASSES_OF = ("torch.autograd.gradcheck", "torch.testing._comparison")
"""Modules whose classes do the comparing: their methods are watched as well."""

BOUND = (classmethod, staticmethod, MethodType)
# importing the compiler, as torch.func and torch.compile do, replaces these
BY_TORCH = ("torch.manual_seed", "Module.__init__", "Module.__setstate__")


@dataclass(frozen=True)
class Known:
    """A function that a check may rely on, where it stands, and its code."""

    path: str
    """What it is called where it is found to be another one."""
    members: Mapping[str, object]
    name: str
    value: object
    code: object

    @property
    def replaced(self) -> bool:
        """Whether something else stands there now."""
        value = self.members.get(self.name)
        return value is not self.value or _code(value) is not self.code


@dataclass(frozen=True)
class KnownHook:
    """What pytest calls at one of its hooks, in its order."""

    path: str
    hook: Any
    calls: Sequence[object]

    @property
    def replaced(self) -> bool:
        """Whether it calls something else now."""
        return _called(self.hook) != self.calls


Watched = Known | KnownHook


def known() -> Sequence[Known]:
    """Every function that a check may rely on; to be called before the answer is."""
    import torch
    from torch import nn

    found: list[Known] = []
    classes: set[type] = {torch.Tensor, nn.Module, nn.Parameter, torch.optim.Optimizer}
    for name, module in _modules():
        ours = _is_ours(name)
        if ours or name in MODULES:
            # what a module only passes through may be set anew at any time
            own = None if name in MODULES else name
            found += _functions(name, vars(module), own)
        if ours or name in CLASSES_OF:
            classes |= _classes(module)
    for kind in classes:
        found += _functions(kind.__qualname__, vars(kind), None)
    return found


def known_hooks(hooks: object) -> Sequence[KnownHook]:
    """What pytest calls at each hook, by its `config.hook`."""
    return [
        KnownHook(f"pytest's {name}", hook, _called(hook))
        for name, hook in vars(hooks).items()
        if hasattr(hook, "get_hookimpls")
    ]


def known_checks(items: Sequence[Any]) -> Sequence[Known]:
    """The functions of the collected checks, and that nothing shadows how they run."""
    found = []
    for item in items:
        name = item.nodeid.rpartition("::")[2]
        found.append(Known(name, vars(item), "_obj", item.obj, _code(item.obj)))
        found += [
            Known(name, vars(item), at, None, None) for at in ("runtest", "setup")
        ]
    return found


def known_code() -> frozenset[CodeType]:
    """The code of all functions of OWNERS, those inside of others too."""
    found: set[CodeType] = set()
    for name, module in _modules():
        if _is_ours(name):
            for members in (vars(module), *map(vars, _classes(module))):
                for value in list(members.values()):
                    found.update(_codes(value))
    return frozenset(found)


def replaced(before: Sequence[Watched]) -> list[str]:
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
    return list(dict.fromkeys(changed + liars))


def _modules() -> Iterator[tuple[str, ModuleType]]:
    for name, module in list(sys.modules.items()):
        if isinstance(module, ModuleType):
            yield name, module


def _is_ours(name: str) -> bool:
    return name.split(".")[0] in OWNERS and not name.startswith("backprep.answers")


def _classes(module: ModuleType) -> set[type]:
    """The classes that a module defines, and what they inherit from."""
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]
    return {
        base for kind in own for base in kind.__mro__ if base.__module__ != "builtins"
    }


def _functions(
    owner: str, members: Mapping[str, object], module: str | None
) -> Iterator[Known]:
    for name, value in list(members.items()):
        if (callable(value) or isinstance(value, BOUND)) and (
            module is None or getattr(value, "__module__", None) == module
        ):
            yield Known(f"{owner}.{name}", members, name, value, _code(value))


def _called(hook: Any) -> Sequence[object]:
    """The functions at a hook, each with its code."""
    functions = [implementation.function for implementation in hook.get_hookimpls()]
    return [(function, _code(function)) for function in functions]


def _code(value: object) -> object:
    if isinstance(value, BOUND):
        value = value.__func__
    return value.__code__ if isinstance(value, FunctionType) else None


def _codes(value: object) -> Iterator[CodeType]:
    """The code of a function, of what it wraps, and of the functions in it."""
    if isinstance(value, property):
        value = value.fget
    for of in (value, inspect.getattr_static(value, "__wrapped__", None)):
        code = _code(of)
        todo = [code] if isinstance(code, CodeType) else []
        while todo:
            code = todo.pop()
            yield code
            todo += [c for c in code.co_consts if isinstance(c, CodeType)]


def _subclasses(kind: type) -> list[type]:
    direct: list[type] = kind.__subclasses__()
    return direct + [below for child in direct for below in _subclasses(child)]
