"""An answer, and the modules of the candidate's own that lie beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from backprep import files
from backprep.bank import source
from backprep.files import FileProblem


def contents(answer: Path) -> Mapping[Path, bytes]:
    """What the answer's file holds, and each module beside it that it imports.

    What is missing, or is not a file, is left out.
    """
    found: dict[Path, bytes] = {}
    todo = [answer]
    while todo:
        path = todo.pop()
        try:
            found[path] = files.read(path)
        except (OSError, FileProblem):
            continue
        todo += [p for p in _imported(path, found[path]) if p not in found]
    return found


def _imported(path: Path, content: bytes) -> Iterator[Path]:
    for name in _names(content):
        yield path.parent / f"{name}.py"
        yield from (path.parent / name).glob("**/*.py")


def _names(content: bytes) -> set[str]:
    """The first part of each module's name that a text imports."""
    try:
        nodes = list(ast.walk(source.tree(content.decode())))
    except (SyntaxError, ValueError):
        return set()
    imports: list[ast.Import | ast.ImportFrom]
    imports = [n for n in nodes if isinstance(n, ast.Import)]
    froms = [n for n in nodes if isinstance(n, ast.ImportFrom)]
    names = [node.module for node in froms if node.module]
    # `from . import helper` names its module last
    imports += [node for node in froms if not node.module]
    names += [alias.name for node in imports for alias in node.names]
    return {name.partition(".")[0] for name in names}
