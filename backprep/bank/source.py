"""What a module of the bank defines, read from its text: nothing is run."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache

_PARSING = threading.Lock()

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def parse(text: str) -> ast.Module:
    """The syntax tree of a module's text, one thread at a time.

    CPython 3.11 counts the depth of all threads' trees as one, and fails when two
    are made at once.
    """
    with _PARSING:
        return ast.parse(text)


@lru_cache(maxsize=64)
def tree(text: str) -> ast.Module:
    """The same, made once for each text: to be read and not changed."""
    return parse(text)


def definitions(source: str) -> list[Definition]:
    """The functions and classes at the top level, private ones too."""
    return [node for node in tree(source).body if isinstance(node, Definition)]


def public_definitions(source: str) -> list[Definition]:
    """The functions and classes at the top level that are not helpers."""
    return [node for node in definitions(source) if not node.name.startswith("_")]


def definition(source: str, name: str) -> Definition:
    """The function or class of this name at the top level."""
    return next(node for node in definitions(source) if node.name == name)


def public_names(source: str) -> list[str]:
    """What a module defines for others: functions, classes and constants."""
    names = []
    for node in tree(source).body:
        if isinstance(node, Definition):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [t.id for t in node.targets if isinstance(t, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.append(node.target.id)
    return [name for name in names if not name.startswith("_")]


def key_line(source: str, key: str) -> int | None:
    """Where a module first writes `key` as a key of a dict."""
    lines = [
        written.lineno
        for node in ast.walk(tree(source))
        if isinstance(node, ast.Dict)
        for written in node.keys
        if isinstance(written, ast.Constant) and written.value == key
    ]
    return min(lines, default=None)


def assigned(module: ast.Module, name: str) -> Iterator[ast.expr]:
    """What a module assigns to this name at its top level."""
    for node in module.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        value = getattr(node, "value", None)
        if value and any(isinstance(t, ast.Name) and t.id == name for t in targets):
            yield value


def marked(node: Definition, decorator: str) -> list[str]:
    """The strings that `@decorator("…", …)` above a definition is given."""
    return [
        argument.value
        for call in node.decorator_list
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == decorator
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def check_title(name: str) -> str:
    """`test_leaves_x_as_it_was` as people read it."""
    return name.removeprefix("test_").replace("_", " ")


@lru_cache(maxsize=64)
def docstrings(source: str) -> Mapping[str, str]:
    """What each top-level function and class says of itself, on one line."""
    return {
        node.name: " ".join((ast.get_docstring(node) or "").split())
        for node in definitions(source)
    }


def code(source: str, node: Definition) -> str:
    """The text of a known answer, whose docstring is shown apart, and not `@fails`."""
    lines = source.splitlines()
    kept = [d for d in node.decorator_list if not ast.unparse(d).startswith("fails(")]
    start = min((d.lineno for d in kept), default=node.lineno) - 1
    if ast.get_docstring(node, clean=False) is None:
        return "\n".join(lines[start : node.end_lineno])
    said = node.body[0]
    below = lines[said.end_lineno : node.end_lineno]
    return "\n".join([*lines[start : said.lineno - 1], *below])


def code_with_helpers(source: str, node: Definition) -> str:
    """The same, with the private functions and classes that it needs around it."""
    private = {d.name: d for d in definitions(source) if d.name.startswith("_")}
    found, todo = [], [node]
    while todo:
        needing = todo.pop()
        found.append(needing)
        names = {n.id for n in ast.walk(needing) if isinstance(n, ast.Name)}
        todo += [private.pop(name) for name in names & private.keys()]
    found.sort(key=lambda one: one.lineno)
    return "\n\n\n".join(code(source, one) for one in found)


def imported_from(module: str, source: str) -> dict[str, str]:
    """What a text takes from `module`: its own name for each, and the module's."""
    return {
        alias.asname or alias.name: alias.name
        for node in tree(source).body
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
    }


def principal(source: str) -> str:
    """The last public function or class: what a known answer stands for."""
    return public_definitions(source)[-1].name


def call_signature(node: Definition) -> str:
    """How one calls it, as a prompt quotes it: `name(x, *, epochs, lr=0.001)`."""
    if isinstance(node, ast.ClassDef):
        fields = [
            item.target.id
            for item in node.body
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        ]
        init = [i for i in node.body if getattr(i, "name", "") == "__init__"]
        if not init:
            return f"{node.name}({', '.join(fields)})"
        (function,) = init
        assert isinstance(function, ast.FunctionDef)
        return f"{node.name}({_parameters(function, method=True)})"
    return f"{node.name}({_parameters(node)})"


def gives_a_value(function: ast.FunctionDef) -> bool:
    """Whether a `return` or `yield` of the function's own gives a value."""
    return any(
        isinstance(node, ast.Yield | ast.YieldFrom)
        or (isinstance(node, ast.Return) and node.value is not None)
        for node in _own(function)
    )


def only_returns_none(function: ast.FunctionDef) -> bool:
    """Whether a call of it ends in no other way than with None."""
    raises = any(isinstance(node, ast.Raise) for node in _own(function))
    return not (raises or gives_a_value(function))


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What a function consists of, without the functions inside of it."""
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, Definition | ast.Lambda):
            todo += ast.iter_child_nodes(node)


def _parameters(
    node: ast.FunctionDef | ast.AsyncFunctionDef, method: bool = False
) -> str:
    bare = parse(ast.unparse(node)).body[0]
    assert isinstance(bare, ast.FunctionDef | ast.AsyncFunctionDef)
    arguments = bare.args
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        argument.annotation = None
    if method:
        (arguments.posonlyargs or arguments.args).pop(0)
    return ast.unparse(arguments)
