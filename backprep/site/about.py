"""The page that says where every captured output comes from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from backprep.bank.question import BankError, Question, read_text
from backprep.evidence import near_miss_messages
from backprep.evidence.origin import Origin
from backprep.site.page import Page

OUTPUTS = Path("docs", "data", "outputs")


def page(questions: Sequence[Question]) -> Page:
    """With what, where and when each output on the site was captured."""
    root = questions[0].root
    near_misses = {
        f"[{q.title}](questions/{q.id}.md)": near_miss_messages.path(q)
        for q in questions
    }
    body = f"""\
# About the outputs

No output on these pages was typed. Each was captured by a program, and is captured
again when the code that it belongs to changes. This is where and with what.

## What near misses are told

How the checks of a question reject each of its near misses, recorded by running the
judge over them.

{_by_origin(near_misses)}

## What examples print

{_by_origin(_outputs(root))}
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


def _outputs(root: Path) -> dict[str, Path]:
    folder = root / OUTPUTS
    return {
        f"`{path.relative_to(folder).with_suffix('').as_posix()}`": path
        for path in sorted(folder.rglob("*.json"))
    }


def _by_origin(records: dict[str, Path]) -> str:
    """What was captured alike, below what it was captured with."""
    found: dict[str, list[str]] = {}
    for name, path in records.items():
        found.setdefault(_origin(path), []).append(f"- {name}")
    parts = [f"{origin}:\n\n" + "\n".join(names) for origin, names in found.items()]
    return "\n\n".join(parts) or "There are none yet."


def _origin(path: Path) -> str:
    """Versions, machine and day of a record; BankError where it is not one."""
    if not path.is_file():
        return "Not recorded yet"
    try:
        return str(Origin.of(json.loads(read_text(path))))
    except (ValueError, KeyError, TypeError):
        raise BankError(f"{path} is not a record; run make outputs.") from None
