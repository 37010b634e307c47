"""How a cohort did: how many people passed how much."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from backprep.plots.style import Scheme, figure


def checks_passed(people: Sequence[int], scheme: Scheme) -> Figure:
    """A histogram: `people` counts them in ranges of equal width, from 0 to 100 %."""
    made, (axes,) = figure(2.6)
    width = 100 / len(people)
    edges = [n * width for n in range(len(people))]
    axes.bar(edges, people, width * 0.92, align="edge", color=scheme.colours[0])
    axes.set_xlim(0, 100)
    axes.set_xticks([*edges, 100])
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(axis="y")
    axes.set_xlabel("checks passed, % of all")
    axes.set_title("people")
    return made
