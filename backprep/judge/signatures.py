"""What is wrong with how an answer can be called."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from types import FrameType

from backprep.bank import source
from backprep.judge.failure import Judged

# --- returned None ---------------------------------------------------------


def returned_none(
    error: BaseException, frames: list[FrameType], judged: Judged
) -> str | None:
    """A function without a value to return, where the reference returns one."""
    if any(f.f_code.co_filename == str(judged.path) for f in frames[-1:]):
        return None  # the answer's own code failed first
    promised = _functions(judged.question.solution_path.read_text(encoding="utf-8"))
    try:
        written = _functions(judged.path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
    for name, function in written.items():
        expected = promised.get(name)
        if (
            expected is not None
            and source.gives_a_value(expected)
            and source.only_returns_none(function)
        ):
            return f"`{name.rpartition('.')[2]}` returned None: is a `return` missing?"
    return None


def _functions(text: str) -> dict[str, ast.FunctionDef]:
    found = {}
    for node in source.definitions(text):
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef):
                    found[f"{node.name}.{item.name}"] = item
    return found


# --- signatures and assertions ----------------------------------------------


def wrong_signature(
    error: BaseException, frames: list[FrameType], judged: Judged
) -> str | None:
    """A call that the reference takes and the answer does not."""
    if not isinstance(error, TypeError) or not frames:
        return None
    asked = {
        node.name: node
        for node in source.definitions(
            judged.question.solution_path.read_text(encoding="utf-8")
        )
    }
    for name, node in asked.items():
        value = judged.values.get(name)
        if callable(value) and (misfit := _misfit(value, node)):
            return misfit
    return None


def _misfit(value: Callable[..., object], node: source.Definition) -> str | None:
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    wanted = source.call_signature(node)
    try:
        signature.bind(*_arguments(wanted)[0], **_arguments(wanted)[1])
    except TypeError:
        bare = [
            p.replace(annotation=inspect.Parameter.empty)
            for p in signature.parameters.values()
        ]
        count = f"{len(bare)} argument{'s' if len(bare) != 1 else ''}"
        written = f"{node.name}{inspect.Signature(bare)}"
        return f"`{written}` takes {count}; the question asks for `{wanted}`."
    return None


def _arguments(call: str) -> tuple[list[None], dict[str, None]]:
    """Stand-ins for what a call with this signature passes."""
    arguments = source.parse(f"def {call}: ...").body[0]
    assert isinstance(arguments, ast.FunctionDef)
    positional = [None for _ in arguments.args.posonlyargs + arguments.args.args]
    return positional, {a.arg: None for a in arguments.args.kwonlyargs}
