"""The page that shows PyTorch against TensorFlow, made of rows and their examples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from backprep.evidence import examples
from backprep.evidence.examples import Example
from backprep.site import comparison_rows
from backprep.site.comparison_rows import SIDES, Row
from backprep.site.markup import block, fence
from backprep.site.page import Page

URI = "comparison.md"


def page(root: Path) -> Page:
    """The comparison as a page of the site.

    Raises BankError where a row is broken or its outputs are not recorded.
    """
    rows = comparison_rows.rows(root)
    pairs = {row.name: [examples.load(root, n) for n in row.scripts] for row in rows}
    body = f"""\
# PyTorch vs TensorFlow, side by side

The comparison that interviewers ask for, run instead of recited. Where code can show
a difference, there are two short scripts, one for each library, and a check that runs
both and compares the results. The other rows rest on sources and give their date. Each
row ends with the verdict and what to say about it in an interview.

{_recorded([example for pair in pairs.values() for example in pair])}

{_table(rows)}

{"".join(_section(row, pairs[row.name]) for row in rows)}"""
    title = "PyTorch vs TensorFlow, side by side"
    source = root / comparison_rows.ROWS
    # two columns of code take the room of the theme's own
    meta = {"hide": ["navigation", "toc"]}
    return Page(URI, title, body, source, meta=meta)


def _recorded(shown: Sequence[Example]) -> str:
    """With what, where and when the outputs were recorded."""
    origins = [example.record.origin for example in shown]
    # a dict keeps the order in which they are met
    libraries = {f"{k} {v}": None for o in origins for k, v in o.versions.items()}
    machines = {origin.machine: None for origin in origins}
    days = sorted({origin.recorded for origin in origins})
    when = " to ".join(dict.fromkeys((days[0], days[-1])))
    where = " and ".join(machines)
    return f"The outputs were recorded with {', '.join(libraries)} ({where}; {when})."


def _table(rows: Sequence[Row]) -> str:
    lines = [f"| What | {' | '.join(SIDES.values())} | Verdict |", "|---|---|---|---|"]
    for row in rows:
        verdict = f"{row.verdict}, as of {row.as_of}" if row.as_of else row.verdict
        cells = (f"[{row.title}](#{row.name})", row.pytorch, row.tensorflow, verdict)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _section(row: Row, pair: Sequence[Example]) -> str:
    parts = [
        f"## {row.title} {{ #{row.name} }}",
        f"As of {row.as_of}: {row.claim}" if row.as_of else row.claim,
        _side_by_side(pair) if pair else "",
        f"**{row.verdict.capitalize()}.** {row.say}",
        "\n".join(
            f"- [{s.title}]({s.url}), {s.of}; read {s.read}." for s in row.sources
        ),
    ]
    return "\n\n".join([*filter(None, parts), ""])


def _side_by_side(pair: Sequence[Example]) -> str:
    """Both scripts and both outputs, for a grid of two columns."""
    code = [
        fence(example.code, side)
        for example, side in zip(pair, SIDES.values(), strict=True)
    ]
    output = [fence(example.output, "Output", "text") for example in pair]
    cells = [f"<div markdown>\n\n{cell}\n\n</div>" for cell in (*code, *output)]
    inside = "\n\n".join(cells)
    scripts = block("div", inside, class_="side-by-side")
    summary = (
        "<summary>Both scripts and what they print, as a check compares them</summary>"
    )
    return block("details", f"{summary}\n\n{scripts}", class_="bp-scripts")
