"""A pickle names functions and the arguments to call them with.

Saving writes the names, loading makes the calls. `weights_only=True` compares each name
with a list before it calls anything, so what is put on that list may be called.
"""

import os
from collections.abc import Callable
from typing import Any

import torch

PREDICTIONS: dict[str, object] = {
    "ran_while_saving": False,
    "ran_while_loading": True,
    "type_of_the_note": "str",
    "refused_by_default": True,
    "ran_before_it_was_refused": False,
    "named": ["shutil.copyfile"],
    "ran_while_listing": False,
    "refused_when_allowed": False,
    "ran_when_allowed": True,
    "ran_although_loading_failed": True,
    "plain_layer_refused": True,
}


class _Call:
    """Is a call of a function when it is unpickled."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]):
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


def calls_when_loaded(function, *arguments):
    """An object that is `function(*arguments)` once it has been saved and loaded."""
    return _Call(function, arguments)


def load_allowing(path: str | os.PathLike[str], allowed: list[Any]) -> Any:
    """What the file holds, which may use `allowed` for this once."""
    before = torch.serialization.get_safe_globals()
    # on its way out, the context takes away all that it was given
    new = [entry for entry in allowed if entry not in before]
    with torch.serialization.safe_globals(new):
        return torch.load(path, weights_only=True)
