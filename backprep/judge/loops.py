"""Where an answer loops: found in its text, from the lines that ran."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from backprep.bank import source

LOOPS = (ast.For, ast.AsyncFor, ast.While)


def running_line(path: Path, lines: Sequence[int]) -> int | None:
    """The line that begins the innermost loop that runs, else the innermost line.

    `lines` are those that ran in the file `path` as the time was over, the innermost
    call first. The beginning is named because any line of a loop may run just then.
    """
    try:
        tree = source.parse(path.read_text(encoding="utf-8", errors="replace"))
    except (OSError, SyntaxError, ValueError):
        return lines[0] if lines else None
    for line in lines:
        around = [node.lineno for node in _loops_around(tree, line)]
        if around:
            return max(around)
    return lines[0] if lines else None


def _loops_around(tree: ast.Module, line: int) -> Sequence[ast.stmt]:
    """The loops of the innermost function at this line that hold it."""
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _holds(node, line)
    ]
    scope: ast.AST = max(functions, key=lambda node: node.lineno, default=tree)
    inside = {
        below
        for node in ast.walk(scope)
        if isinstance(node, source.Definition | ast.Lambda) and node is not scope
        for below in ast.walk(node)
    }
    return [
        node
        for node in ast.walk(scope)
        if isinstance(node, LOOPS) and node not in inside and _holds(node, line)
    ]


def _holds(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)
