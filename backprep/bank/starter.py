"""What the candidate starts from: the solution without its bodies."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from backprep.bank import source
from backprep.bank.question import BankError, Question, read_text

NOT_WRITTEN = "raise NotImplementedError"


def starter(question: Question) -> str:
    """The text that `backprep start` writes."""
    solution = read_text(question.solution_path)
    if question.kind == "debug":
        return _broken(question, solution, read_text(question.near_misses_path))
    return emptied(solution)


@lru_cache(maxsize=1024)
def emptied(solution: str) -> str:
    """Keep the signatures and docstrings of `solution` as they are written.

    Bodies, private helpers and the module's docstring go, and so do the
    imports that only they need: an import can give the idea away.
    """
    lines = solution.splitlines()
    for node in reversed(source.parse(solution).body):
        start, end = _span(node, lines)
        if _gives_away(node):
            del lines[start:end]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            lines[start:end] = _blank_constant(node)
        elif isinstance(node, ast.ClassDef):
            for item in reversed(node.body):
                _empty_member(item, lines)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            _empty(node, lines)
    return _tidy(_without_unused_imports("\n".join(lines)))


@lru_cache(maxsize=1024)
def _broken(question: Question, solution: str, text: str) -> str:
    """A debug question's near miss of those in `text`, under the name that is asked
    for."""
    wrong = [n for n in source.definitions(text) if n.name == question.starter]
    if not wrong:
        raise BankError(
            f"{question.near_misses_path} has no near miss `{question.starter}`, which "
            f"{question.prompt_path} names as its starter."
        )
    name = source.principal(solution)
    (asked,) = [n for n in source.definitions(solution) if n.name == name]
    body = text.splitlines()[wrong[0].body[0].lineno - 1 : wrong[0].end_lineno]
    if ast.get_docstring(wrong[0], clean=False) is not None:
        first = wrong[0].body[1]
        body = text.splitlines()[first.lineno - 1 : wrong[0].end_lineno]
    head = solution.splitlines()
    start = asked.lineno - 1
    end = asked.body[0].lineno - 1
    if ast.get_docstring(asked, clean=False) is not None:
        end = asked.body[0].end_lineno or end
    code = "\n".join([*head[start:end], *_parted(asked), *body])
    imports = "\n".join(_imports(solution, text))
    return _tidy(_without_unused_imports(f"{imports}\n\n\n{code}"))


def _parted(asked: source.Definition) -> list[str]:
    """The empty line between a class's docstring and its first method."""
    documented = ast.get_docstring(asked) is not None
    return [""] if isinstance(asked, ast.ClassDef) and documented else []


def _imports(*texts: str) -> Iterator[str]:
    """What these modules import, each name once, and nothing of the bank's own."""
    bound: set[str] = set()
    for node in (node for text in texts for node in source.parse(text).body):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        module = getattr(node, "module", None) or node.names[0].name
        if module.partition(".")[0] in ("backprep", "solutions", "tests"):
            continue
        names = {alias.asname or alias.name: alias for alias in node.names}
        node.names = [names[name] for name in names if name not in bound]
        bound |= names.keys()
        if node.names:
            yield ast.unparse(node)


def _span(node: ast.stmt, lines: list[str]) -> tuple[int, int]:
    """The lines of a statement, with its decorators and the comments above it."""
    decorators = getattr(node, "decorator_list", [])
    start = min([node.lineno, *(d.lineno for d in decorators)]) - 1
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return start, node.end_lineno or node.lineno


def _gives_away(node: ast.stmt) -> bool:
    """Whether it is the module's docstring, a private helper or plain code."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return False
    if isinstance(node, ast.Assign):
        return not any(
            isinstance(t, ast.Name) and not t.id.startswith("_") for t in node.targets
        )
    if isinstance(node, ast.AnnAssign):
        return ast.unparse(node.target).startswith("_")
    if isinstance(node, source.Definition):
        return node.name.startswith("_")
    return True


def _blank_constant(node: ast.Assign | ast.AnnAssign) -> list[str]:
    """`ROWS = ...`; a dict keeps its keys, which the prompt shows."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    left = " = ".join(ast.unparse(target) for target in targets)
    if isinstance(node, ast.AnnAssign):
        left += f": {ast.unparse(node.annotation)}"
    if isinstance(node.value, ast.Dict):
        keys = [ast.unparse(key) for key in node.value.keys if key is not None]
        quoted = [key.replace("'", '"') for key in keys]
        return [f"{left} = {{", *(f"    {key}: ...," for key in quoted), "}"]
    return [f"{left} = ..."]


def _empty_member(item: ast.stmt, lines: list[str]) -> None:
    if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    if item.name.startswith("_") and not item.name.startswith("__"):
        start, end = _span(item, lines)
        del lines[start:end]
    else:
        _empty(item, lines)


def _empty(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> None:
    first = function.body[0]
    start = first.lineno - 1
    if ast.get_docstring(function) is not None:
        start = first.end_lineno or start
    while lines[start - 1].lstrip().startswith("#"):
        start -= 1
    indent = " " * (function.col_offset + 4)
    head: list[str] = []
    if first.lineno == function.lineno:  # all on one line
        head = [lines[start][: first.col_offset].rstrip()]
    lines[start : function.end_lineno] = [*head, f"{indent}{NOT_WRITTEN}"]
    for decorator in reversed(function.decorator_list):
        # a gradient mode is part of the answer, and `property` of how it is called
        if ast.unparse(decorator).startswith("torch."):
            del lines[decorator.lineno - 1 : decorator.end_lineno]


def _without_unused_imports(text: str) -> str:
    tree = source.parse(text)
    # annotations may be quoted, so words count and not only names
    code = "\n".join(
        ast.unparse(n)
        for n in tree.body
        if not isinstance(n, ast.Import | ast.ImportFrom)
    )
    used = set(_words(code))
    lines = text.splitlines()
    for node in reversed(tree.body):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        kept = [
            alias
            for alias in node.names
            if (alias.asname or alias.name).split(".")[0] in used
            or alias.name == "torch"
            or getattr(node, "module", "") == "__future__"
        ]
        if len(kept) < len(node.names):
            node.names = kept
            new = [ast.unparse(node)] if kept else []
            lines[node.lineno - 1 : node.end_lineno] = new
    return "\n".join(lines)


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()


def _tidy(text: str) -> str:
    """Two empty lines between parts at most, and none at the ends."""
    while "\n\n\n\n" in text:
        text = text.replace("\n\n\n\n", "\n\n\n")
    return text.strip() + "\n"
