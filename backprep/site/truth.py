"""What a predict question's lines really print, apart from every page."""

from __future__ import annotations

import ast
import json
from typing import Any

from backprep import source
from backprep.bank import BankError, Question, read_text
from backprep.site.page import Data

NAME = "PREDICTIONS"


def truth(question: Question) -> dict[str, Any]:
    """By name, what the reference solution says; its checks show that it is so."""
    for node in source.tree(read_text(question.solution)).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(t, ast.Name) and t.id == NAME for t in targets):
            return _literal(question, node)
    raise BankError(
        f"{question.solution} has no {NAME}; a predict question's solution "
        "is a dict of that name."
    )


def data(question: Question) -> Data:
    text = json.dumps(truth(question), ensure_ascii=False)
    return Data(f"assets/truth/{question.id}.json", f"{text}\n")


def _literal(question: Question, node: ast.stmt) -> dict[str, Any]:
    assert isinstance(node, ast.Assign | ast.AnnAssign)
    try:
        assert node.value is not None
        found = ast.literal_eval(node.value)
        assert isinstance(found, dict)
    except (ValueError, AssertionError):
        raise BankError(
            f"{question.solution}:{node.lineno}: {NAME} is no dict of plain values; "
            "write each value as it is."
        ) from None
    return found
