"""Which lines of a near miss are its mistake, as a diff from the reference."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backprep.bank import source
from backprep.site.alignment import Version
from backprep.site.statements import Function, statements
from backprep.site.trial import Trial


@dataclass(frozen=True)
class Line:
    """A line of a diff: its sign is "+", "-" or a space."""

    sign: str
    text: str


def diffs(
    near_misses: str, reference: str, fails: Mapping[str, frozenset[str]]
) -> dict[str, list[Line]]:
    """The code of each near miss by its name, with signs at its mistake alone.

    `fails` says which checks reject it. Where most of a function is its own, nothing
    can be told apart, and it has no signs.
    """
    nodes = {n.name: n for n in source.definitions(near_misses) if n.name in fails}
    text = near_misses.splitlines()
    own: dict[str, set[int]] = {
        name: _wrong_entries(node, source.tree(reference))
        for name, node in nodes.items()
    }
    missing: dict[str, dict[int, list[str]]] = {name: {} for name in nodes}
    for path, function, helpers in _functions(reference):
        row = statements(function, reference, helpers)
        written = {
            name: Version(found, statements(found, near_misses), fails[name])
            for name, node in nodes.items()
            if not _has_methods_of_its_own(node, reference)
            and (found := _find(node, path))
        }
        trial = Trial(Version(function, row, frozenset()), [*written.values()])
        for name, version in written.items():
            own[name] |= trial.own_lines(version)
            places = trial.missing_lines(version, text, reference.splitlines())
            for line, code in places:
                missing[name].setdefault(line, []).extend(code)
    return {
        name: [*_lines(node, text, own[name], missing[name])]
        for name, node in nodes.items()
    }


def _lines(
    node: source.Definition,
    text: Sequence[str],
    own: set[int],
    missing: Mapping[int, Sequence[str]],
) -> Iterator[Line]:
    """All lines of a definition but its docstring, and what is missing between."""
    said: range | tuple[()] = ()
    if ast.get_docstring(node, clean=False) is not None:
        last = node.body[0].end_lineno or 0
        blank_after = not "".join(text[last : last + 1]).strip()
        said = range(node.body[0].lineno, last + 1 + blank_after)
    decorators = [d for d in node.decorator_list if "fails" not in ast.unparse(d)]
    first = min(part.lineno for part in [node, *decorators])
    for n in range(first, (node.end_lineno or 0) + 1):
        if n not in said:
            yield Line("+" if n in own else " ", text[n - 1])
        for line in missing.get(n, []):
            yield Line("-", line)


def _functions(
    text: str,
) -> Iterator[tuple[tuple[str, ...], Function, Mapping[str, Function]]]:
    """The reference's functions by where near misses write them, and its helpers."""
    helpers = {
        node.name: node
        for node in ast.walk(source.tree(text))
        if isinstance(node, Function) and re.match("_[^_]", node.name)
    }
    public = [n for n in source.definitions(text) if not n.name.startswith("_")]
    for node in public:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        for function in inside:
            if isinstance(function, Function):
                method = () if function is node else (function.name,)
                yield (node.name, *method), function, helpers
                if node is public[-1]:
                    yield method, function, helpers


def _find(node: ast.AST, path: Sequence[str]) -> Function | None:
    for name in path:
        inside = [] if isinstance(node, Function) else getattr(node, "body", [])
        found = [n for n in inside if getattr(n, "name", "") == name]
        if not found:
            return None
        node = found[0]
    return node if isinstance(node, Function) else None


def _has_methods_of_its_own(node: source.Definition, reference: str) -> bool:
    """Whether what the reference says may stand in a place that it does not have."""
    known = {getattr(n, "name", "") for n in ast.walk(source.tree(reference))}
    inside = node.body if isinstance(node, ast.ClassDef) else []
    return any(isinstance(n, Function) and n.name not in known for n in inside)


def _wrong_entries(node: source.Definition, reference: ast.Module) -> set[int]:
    """The lines of entries that are not those of the reference's dict."""
    right = [*_entries(reference.body)]
    found: set[int] = set()
    for written in node.body if right else []:
        if isinstance(written, ast.Assign | ast.AnnAssign):
            entries = [*_entries([written])]
            known = {(ast.unparse(key), ast.unparse(value)) for key, value in right}
            for key, value in entries:
                if (ast.unparse(key), ast.unparse(value)) not in known:
                    found |= {*range(key.lineno, (value.end_lineno or 0) + 1)}
            if not entries:
                first, last = written.lineno, written.end_lineno or 0
                found |= {*range(first + 1, last)} or {first}
    return found


def _entries(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            for inner in ast.walk(node.value):
                if isinstance(inner, ast.Dict):
                    for key, value in zip(inner.keys, inner.values, strict=True):
                        if key:
                            yield key, value
