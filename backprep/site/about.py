"""The page that says where every captured output comes from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backprep.bank import BankError, Question, read_text
from backprep.site import captured
from backprep.site.page import Page

OUTPUTS = Path("docs", "data", "outputs")


def page(questions: Sequence[Question]) -> Page:
    root = questions[0].root
    body = f"""\
# About the outputs

No output on these pages was typed. Each was captured by a program, and is captured
again when the code that it belongs to changes. This is where and with what.

## What near misses are told

How the checks reject each near miss, recorded by running the judge over them.

{_table([(q.id, *_made_with(captured.path(q))) for q in questions])}

## What examples print

{_table([(name, *_made_with(path)) for name, path in _outputs(root)])}
"""
    return Page(
        "about.md",
        "About the outputs",
        body,
        root / "backprep" / "site" / "about.py",
        meta={
            "description": "With which versions and on which machine every output "
            "on this site was captured.",
            "search": {"exclude": True},
        },
    )


def _outputs(root: Path) -> list[tuple[str, Path]]:
    folder = root / OUTPUTS
    return [
        (path.relative_to(folder).with_suffix("").as_posix(), path)
        for path in sorted(folder.rglob("*.json"))
    ]


def _made_with(path: Path) -> tuple[str, str, str]:
    """Versions, machine and day of a record; BankError where it is none."""
    if not path.is_file():
        return ("not recorded yet", "", "")
    try:
        record: dict[str, Any] = json.loads(read_text(path))
        versions = ", ".join(f"{k} {v}" for k, v in record["versions"].items())
        return (versions, record["machine"], record["recorded"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BankError(f"{path} is no record; run make outputs.") from None


def _table(rows: list[tuple[str, str, str, str]]) -> str:
    if not rows:
        return "There are none yet."
    lines = [
        f"| `{name}` | {with_} | {where} | {when} |"
        for name, with_, where, when in rows
    ]
    return "\n".join(
        ["| Of | Versions | Machine | Recorded |", "|---|---|---|---|", *lines]
    )
