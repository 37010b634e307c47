"""Attempts over time, and the time of each against its target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from backprep.journal.attempt import Attempt
from backprep.plots.style import WIDTH, Scheme
from backprep.practice.stats import UNTIMED, outcome, passed_in_time

KINDS = (
    ("passed in time", 2, "", "o"),
    ("passed late", 0, "//", "D"),
    ("not passed", 1, "..", "x"),
    ("passed untimed", 3, "xx", "s"),
)
"""What became of an attempt, told apart by colour and by hatching or mark."""
MARKED = 8
"""Days that are named below the bars, at most."""


def progress(
    attempts: Sequence[Attempt], order: Sequence[str], scheme: Scheme
) -> Figure:
    """`order` are the ids of the questions from the top row down; questions that
    it does not name come last."""
    asked = {attempt.question for attempt in attempts}
    rows = [question for question in order if question in asked]
    rows += sorted(asked - set(rows))
    heights = [2.0, 0.8 + 0.22 * len(rows)]
    made = Figure(figsize=(WIDTH, sum(heights) + 0.6), layout="constrained")
    over_time, against_target = made.subplots(2, 1, height_ratios=heights)
    _over_time(over_time, attempts, scheme)
    _against_target(against_target, attempts, rows, scheme)
    return made


def _over_time(axes: Axes, attempts: Sequence[Attempt], scheme: Scheme) -> None:
    counts = Counter((_day(attempt), _kind(attempt)) for attempt in attempts)
    days = sorted({day for day, _ in counts})
    at = [(day - days[0]).days for day in days]
    below = [0] * len(days)
    for kind, (name, colour, hatch, _) in enumerate(KINDS):
        heights = [counts[day, kind] for day in days]
        if not any(heights):
            continue
        axes.bar(
            at,
            heights,
            bottom=below,
            label=name,
            color=scheme.colours[colour],
            hatch=hatch,
            edgecolor=scheme.ink,
            linewidth=0,
        )
        below = [low + height for low, height in zip(below, heights, strict=True)]
    marked = range(0, at[-1] + 1, at[-1] // MARKED + 1)
    axes.set_xticks(marked, [_named(days[0] + timedelta(days=n)) for n in marked])
    axes.set_xlim(-1, at[-1] + 1)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y")
    axes.set_title(f"Attempts over time (n = {len(attempts)})")
    _legend(axes, -0.15)


def _against_target(
    axes: Axes, attempts: Sequence[Attempt], rows: Sequence[str], scheme: Scheme
) -> None:
    for kind, (name, colour, _, mark) in enumerate(KINDS):
        of_kind = [a for a in attempts if a.timed and _kind(a) == kind]
        if not of_kind:
            continue
        axes.scatter(
            [attempt.used / attempt.limit for attempt in of_kind],
            [rows.index(attempt.question) for attempt in of_kind],
            color=scheme.colours[colour],
            label=name,
            marker=mark,
            s=28,
        )
    axes.axvline(1, color=scheme.ink, linewidth=1, linestyle="--")
    axes.set_yticks(range(len(rows)), rows, fontsize=8)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.grid(axis="both")
    axes.set_xlabel("time of an attempt / minutes of its question")
    axes.set_title("Time against target")
    _legend(axes, -0.5 / len(rows) - 0.12)


def _legend(axes: Axes, below: float) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", ncols=3, bbox_to_anchor=(0, below), fontsize=9)


def _day(attempt: Attempt) -> date:
    return datetime.fromisoformat(attempt.started).date()


def _named(day: date) -> str:
    return f"{day.day} {day:%b}"


def _kind(attempt: Attempt) -> int:
    if outcome(attempt) == UNTIMED:
        return 3
    if passed_in_time(attempt):
        return 0
    return 1 if attempt.outcome == "passed" and not attempt.revealed else 2
