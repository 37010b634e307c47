"""The report on a cohort: one page of HTML that needs nothing else.

What people wrote is text in it and nothing more: every word is escaped, and the page
forbids itself scripts and whatever would have to be fetched.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

import jinja2
from markupsafe import Markup

from backprep import files
from backprep.bank.question import read_text
from backprep.bank.questions import own_root
from backprep.grading.names import Names, are_own, in_order
from backprep.grading.results import Graded, GradingError
from backprep.grading.summary import Summary, ending, rejecting, skipped
from backprep.plots import cohort, style
from backprep.printable import printable

PAGE = "index.html"
STYLES = ("10-palette.css", "20-type.css")
"""Those of the site that the report is made with, beside its own."""
DARK = '@media screen {\n  [data-md-color-scheme="slate"]'
FOLLOWS_THE_READER = "@media screen and (prefers-color-scheme: dark) {\n  :root"
COMMON = 20
"""How many mistakes are shown before the others are folded."""
PRINTED = 20
"""Columns that a sheet of paper has room for."""


@dataclass(frozen=True)
class Cell:
    """How a person did on a question, in a word and a colour."""

    text: str
    look: str
    """The class of the style sheet: pass, part, none or off."""
    seconds: str = ""


def write(summary: Summary, folder: Path, names: Names) -> Path:
    """Write the report on a cohort into the folder of its results, and say where.

    Raises GradingError.
    """
    path = folder / PAGE
    page = render(summary, names)
    try:
        files.write(path, page)
    except files.FileProblem as problem:
        raise GradingError(str(problem)) from None
    return path


def render(summary: Summary, names: Names) -> str:
    """The report as HTML."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    people = in_order(summary.by_person, names)
    shared = [mistake for mistake in summary.mistakes if len(mistake.people) > 1]
    judged_at = sorted(one.judged_at for one in summary.graded)
    page = templates.get_template("report.html").render(
        summary=summary,
        names=names,
        in_order=in_order,
        people=people,
        own_names=are_own(names),
        styles=_styles(),
        shared=shared,
        alone=summary.mistakes[len(shared) :],
        common=COMMON,
        printed=PRINTED,
        topics=[
            (title, len([*parts]))
            for title, parts in groupby(
                summary.questions, key=lambda part: part.question.topic_title
            )
        ],
        first=judged_at[:1],
        last=judged_at[-1:],
        versions=_versions(summary.graded),
        not_judged=[one for one in summary.graded if one.problem],
        histogram=_ranges(summary.histogram),
        pictures={
            scheme.name: _picture(summary.histogram, scheme)
            for scheme in (style.LIGHT, style.DARK)
        },
        cell=cell,
        share=share,
        printable=printable,
        prose=prose,
        day=_day,
    )
    return page + "\n"


def cell(graded: Graded | None) -> Cell:
    """What the table of people by questions says of an answer."""
    end = ending(graded)
    if end == "not attempted":
        return Cell("—", "off")
    if graded is None or graded.verdict is None:
        return Cell("unread", "none")
    seconds = f"{graded.verdict['seconds']:.1f} s"
    if end == "passed":
        return Cell("passed", "pass", seconds)
    passed = graded.verdict["passed"]
    total = graded.verdict["total"] - skipped(graded.verdict)
    if end == "failed" or (passed and rejecting(graded)):
        return Cell(f"{passed}/{total}", "part" if passed else "none", seconds)
    return Cell(end, "none", seconds)


def share(count: int, total: int) -> str:
    """A count as a percentage of a total."""
    return f"{100 * count / total:.0f}%" if total else "0%"


def prose(text: str) -> Markup:
    """A sentence of the bank, with what stands between backticks as code."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if n % 2 else part
        for n, part in enumerate(parts)
    )


def _styles() -> str:
    """The site's colours and fonts, which follow the reader's scheme by themselves."""
    css = own_root() / "docs" / "assets" / "css"
    site = "\n".join(read_text(css / name) for name in STYLES)
    own = read_text(Path(__file__).with_name("report.css"))
    return site.replace(DARK, FOLLOWS_THE_READER) + own


def _versions(graded: Sequence[Graded]) -> list[str]:
    """What judged, in words, each once."""
    return sorted(
        {
            ", ".join(f"{name} {version}" for name, version in one.versions.items())
            for one in graded
            if one.versions
        }
    )


def _ranges(people: Sequence[int]) -> list[tuple[str, int]]:
    width = 100 // len(people)
    return [
        (f"{n * width} to {(n + 1) * width}%", count) for n, count in enumerate(people)
    ]


def _picture(people: Sequence[int], scheme: style.Scheme) -> str:
    svg = style.svg(partial(cohort.checks_passed, people), scheme)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _day(moment: str) -> str:
    """A moment in ISO 8601, without its seconds."""
    return moment[:16].replace("T", " ") + " UTC"
