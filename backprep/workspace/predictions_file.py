"""The answer to a predict question: a dict from names to values, as a file."""

from __future__ import annotations

import ast
from pathlib import Path

from backprep import files
from backprep.bank import source
from backprep.bank.question import Question
from backprep.bank.starter import starter
from backprep.workspace import answer_file
from backprep.workspace.answer_file import WorkspaceError

NAME = "PREDICTIONS"


def names(question: Question) -> list[str]:
    """What is to be predicted, in the prompt's order."""
    return list(_values(starter(question)) or {})


def values(question: Question, answers: Path) -> dict[str, str]:
    """What the answer says of each name, as Python; empty where it says nothing."""
    path = question.answer_path(answers)
    written = _values(answer_file.read(path)) if path.is_file() else None
    found = dict.fromkeys(names(question), "")
    for name, text in (written or {}).items():
        if name in found and text != "...":
            found[name] = text
    return found


def is_a_value(text: str) -> bool:
    """Whether it is a Python literal, such as 2.0, [1, 2], True or "float16"."""
    try:
        ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return text.strip() != "..."


def write(question: Question, answers: Path, said: dict[str, str]) -> None:
    """Put the values in the answer's dict; what else is in the file stays.

    Raises WorkspaceError.
    """
    path = question.answer_path(answers)
    rows = [f'    "{name}": {said[name].strip() or "..."},' for name in said]
    literal = "\n".join(["{", *rows, "}"])
    text = answer_file.read(path) if path.is_file() else starter(question)
    node = _dict(text)
    if node is None or node.end_lineno is None or node.end_col_offset is None:
        raise WorkspaceError(
            f"{path} has no dict {NAME} at its top level to write to; put it back, or "
            "start over from blank."
        )
    lines = text.splitlines()
    before = lines[node.lineno - 1].encode()[: node.col_offset].decode()
    after = lines[node.end_lineno - 1].encode()[node.end_col_offset :].decode()
    lines[node.lineno - 1 : node.end_lineno] = [f"{before}{literal}{after}"]
    files.write(path, "\n".join(lines) + "\n")


def _dict(text: str) -> ast.Dict | None:
    try:
        values = list(source.assigned(source.parse(text), NAME))
    except SyntaxError:
        return None
    return next((value for value in values if isinstance(value, ast.Dict)), None)


def _values(text: str) -> dict[str, str] | None:
    node = _dict(text)
    if node is None:
        return None
    return {
        key.value: ast.get_source_segment(text, value) or ""
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
