"""PyTorch against TensorFlow: the rows of the comparison, and the page they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from backprep import bank, examples
from backprep.bank import BankError
from backprep.examples import Example
from backprep.pages import Page

ROWS = Path("docs", "data", "comparison.yml")
CHECKS = "tests/facts/test_comparison_rows.py"
SIDES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
VERDICTS = ("same", "differs")


@dataclass(frozen=True)
class Source:
    title: str
    url: str
    of: str
    """Whose it is, and of which day where it says so."""
    read: str
    """The day on which it said so, as in 2026-11-25."""


@dataclass(frozen=True)
class Row:
    """One line of the comparison, shown by a check, by sources or by both."""

    name: str
    title: str
    pytorch: str
    tensorflow: str
    verdict: str
    claim: str
    say: str
    """What to say of it in an interview."""
    check: str | None = None
    """The test that runs both sides."""
    sources: Sequence[Source] = field(default=())

    @property
    def examples(self) -> list[str]:
        """The names of the two scripts, where there are any."""
        sides = SIDES if self.check else ()
        return [f"comparison/{self.name}/in_{side}" for side in sides]


def rows(root: Path) -> list[Row]:
    """The rows in their order.

    Raises BankError where one of them is not what a row must be.
    """
    path = root / ROWS
    try:
        found = yaml.safe_load(bank.read_text(path))
        return [_row(name, fields) for name, fields in found.items()]
    except (yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        raise BankError(f"{path}: {error}".replace("\n", " ")) from None


def _row(name: str, fields: dict[str, Any]) -> Row:
    sources = [
        Source(**{**source, "read": str(source.get("read"))})
        for source in fields.pop("sources", ())
    ]
    row = Row(name=name, **fields, sources=sources)
    if row.verdict not in VERDICTS:
        raise ValueError(
            f"{name}: verdict is {row.verdict!r}; expected {' or '.join(VERDICTS)}."
        )
    if not row.check and not sources:
        raise ValueError(f"{name} has neither a check nor sources; give it one.")
    return row


def page(root: Path) -> Page:
    """The comparison as a page of the site."""
    found = rows(root)
    shown = {n: examples.load(root, n) for row in found for n in row.examples}
    body = f"""\
# PyTorch against TensorFlow, side by side

The comparison that an interviewer asks for, run instead of recited. Every row that
code can show is two short scripts, one a library; a check runs both and compares
what they computed. The other rows rest on sources, and say as of when.

{_recorded(list(shown.values()))}

{_table(found)}

{"".join(_section(row, shown) for row in found)}"""
    return Page(
        "comparison.md",
        "PyTorch against TensorFlow",
        body,
        root / ROWS,
        hide=("navigation", "toc"),
    )


def _recorded(shown: Sequence[Example]) -> str:
    """With what, where and when the outputs were recorded."""
    records = [example.record for example in shown]
    versions: dict[str, set[str]] = {}
    for record in records:
        for library, version in record.versions.items():
            versions.setdefault(library, set()).add(version)
    libraries = ", ".join(
        f"{library} {' and '.join(sorted(found))}"
        for library, found in versions.items()
    )
    machines = "; ".join(sorted({record.machine for record in records}))
    days = sorted({record.recorded for record in records})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return f"The outputs were recorded with {libraries} ({machines}; {when})."


def _table(found: Sequence[Row]) -> str:
    lines = [
        f"| [{row.title}](#{row.name}) | {row.pytorch} | {row.tensorflow} "
        f"| {row.verdict} | {'run' if row.check else f'as of {_as_of(row)}'} |"
        for row in found
    ]
    head = (
        f"| | {' | '.join(SIDES.values())} | Verdict | Shown |\n|---|---|---|---|---|"
    )
    return "\n".join([head, *lines])


def _as_of(row: Row) -> str:
    return min(source.read for source in row.sources)


def _section(row: Row, shown: dict[str, Example]) -> str:
    title = f"## {row.title} {{ #{row.name} }}"
    claim = row.claim if row.check else f"As of {_as_of(row)}: {row.claim}"
    parts = [title, claim]
    if row.check:
        parts.append(_side_by_side([shown[name] for name in row.examples]))
    parts.append(f"**{row.verdict.capitalize()}.** {row.say}")
    if row.check:
        parts.append(f"Compared by `{CHECKS}::{row.check}`.")
    parts.append(
        "\n".join(
            f"- [{s.title}]({s.url}), {s.of}; read {s.read}." for s in row.sources
        )
    )
    return "\n\n".join(part for part in parts if part) + "\n\n"


def _side_by_side(pair: Sequence[Example]) -> str:
    """Both scripts and both outputs, in a grid of two columns where there is room."""
    code = [
        examples.fence(example.code, "python", name)
        for example, name in zip(pair, SIDES.values(), strict=True)
    ]
    output = [examples.fence(example.output, "text", "Output") for example in pair]
    cells = "\n\n".join(
        f"<div markdown>\n\n{cell}\n\n</div>" for cell in [*code, *output]
    )
    return f'<div class="side-by-side" markdown>\n\n{cells}\n\n</div>'
