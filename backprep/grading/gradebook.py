"""A cohort's points as CSV, which spreadsheets and learning platforms read."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Literal

from backprep import files
from backprep.grading.names import Names, in_order
from backprep.grading.results import Graded, GradingError
from backprep.grading.summary import Summary, skipped

Rule = Literal["passed", "checks"]
"""A point for each answer that passed, or the share that it passed of the checks
that could run where it was judged."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(summary: Summary, path: Path, points: Rule, names: Names) -> None:
    """Write the points of a cohort: a row for each person.

    An answer that could not be judged leaves its field empty. Raises GradingError.
    """
    questions = summary.cohort.questions
    text = StringIO()
    table = csv.writer(text)
    table.writerow(["person", *questions, "total"])
    for person in in_order(summary.by_person, names):
        graded = summary.by_person[person]
        row = [_points(graded.get(question), points) for question in questions]
        total = sum(value for value in row if value is not None)
        table.writerow([_plain(names[person]), *map(_number, row), _number(total)])
    try:
        files.write(path, text.getvalue())
    except files.FileProblem as problem:
        raise GradingError(str(problem)) from None


def _points(graded: Graded | None, rule: Rule) -> float | None:
    if graded is None:
        return 0
    if graded.verdict is None:
        return None
    if rule == "passed":
        return int(graded.verdict["verdict"] == "passed")
    ran = graded.verdict["total"] - skipped(graded.verdict)
    return float(graded.verdict["passed"] / max(ran, 1))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _plain(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(FORMULA) else name
