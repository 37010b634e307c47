"""The page that says where every captured output comes from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from backprep.bank import near_miss_messages
from backprep.bank.question import BankError, Question, read_text
from backprep.clock import counted
from backprep.evidence import calls
from backprep.evidence.origin import Origin
from backprep.site import comparison, comparison_rows, handwritten
from backprep.site.markup import block
from backprep.site.page import Page

URI = "about.md"
OUTPUTS = Path("docs", "data", "outputs")


def page(questions: Sequence[Question]) -> Page:
    """With what, where and when each output on the site was captured."""
    root = questions[0].root
    near_misses = {
        f"[{q.title}](questions/{q.id}.md)": near_miss_messages.path(q)
        for q in questions
    }
    made = {
        f"[{q.title}](questions/{q.id}.md)": calls.path(q)
        for q in questions
        if calls.script(q)
    }
    body = f"""\
# Recorded outputs

No output on this site was typed in. A program recorded each one by running the code
above it, and records it again when that code changes. This page says with which
versions, on which machine and when.

## Verdicts on near misses

What the checks of each question say about its near misses, recorded by running the
judge on them.

{_by_origin(near_misses)}

## Output of examples

{_by_origin(_outputs(questions))}

## Calls and shapes on the sheets

The first run of each call of PyTorch that a reference solution makes in its example.

{_by_origin(made)}
"""
    return Page(
        URI,
        "Recorded outputs",
        body,
        root / "backprep" / "site" / "about.py",
        meta={
            "description": "The versions and the machine with which every output on "
            "this site was recorded.",
            "search": {"exclude": True},
        },
    )


def _outputs(questions: Sequence[Question]) -> dict[str, Path]:
    """The records of examples, by what they belong to."""
    root = questions[0].root
    titles = {
        q.id: f"[{q.title}](questions/{q.id}.md), in its answer" for q in questions
    }
    titles["one_page/program"] = f"[PyTorch on one page]({handwritten.ONE_PAGE})"
    for row in comparison_rows.rows(root):
        shown = f"[{row.title}]({comparison.URI}#{row.name})"
        # a row that only sources show has no scripts
        for script, library in zip(
            row.scripts, comparison_rows.SIDES.values(), strict=False
        ):
            titles[script] = f"{shown}, in {library}"
    folder = root / OUTPUTS
    records = sorted(folder.rglob("*.json"))
    names = [p.relative_to(folder).with_suffix("").as_posix() for p in records]
    return {
        titles.get(name, f"`{name}`"): path
        for name, path in zip(names, records, strict=True)
    }


def _by_origin(records: dict[str, Path]) -> str:
    """What was captured alike, below what it was captured with."""
    found: dict[str, list[str]] = {}
    for name, path in records.items():
        found.setdefault(_origin(path), []).append(f"- {name}")
    parts = [_folded(origin, names) for origin, names in found.items()]
    return "\n\n".join(parts) or "There are none yet."


def _folded(origin: str, names: Sequence[str]) -> str:
    summary = f"<summary>{origin}: {counted(len(names), 'record')}</summary>"
    inside = "\n".join(names)
    return block("details", f"{summary}\n\n{inside}", class_="bp-records")


def _origin(path: Path) -> str:
    """Versions, machine and day of a record; BankError where it is not one."""
    if not path.is_file():
        return "Not recorded yet"
    try:
        return str(Origin.of(json.loads(read_text(path))))
    except (ValueError, KeyError, TypeError):
        raise BankError(f"{path} is not a record; run make outputs.") from None
