"""What a predict question's lines really print, apart from every page."""

from __future__ import annotations

import ast
import json
from typing import Any

from backprep.bank import source
from backprep.bank.question import BankError, Question, read_text
from backprep.site.page import Data
from backprep.workspace.predictions_file import NAME


def truth(question: Question) -> dict[str, Any]:
    """By name, what the reference solution says; its checks show that it is so."""
    tree = source.tree(read_text(question.solution_path))
    value = next(source.assigned(tree, NAME), None)
    if value is None:
        raise BankError(
            f"{question.solution_path} has no {NAME}; a predict question's solution "
            "is a dict of that name."
        )
    try:
        found = ast.literal_eval(value)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BankError(
            f"{question.solution_path}:{value.lineno}: {NAME} is not a dict of "
            "plain values; write each value as it is."
        )
    return found


def data(question: Question) -> Data:
    """The true values of a predict question, for the script that compares."""
    text = json.dumps(truth(question), ensure_ascii=False)
    return Data(f"assets/truth/{question.id}.json", f"{text}\n")
