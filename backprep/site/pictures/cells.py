"""One cell of a table of numbers."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from backprep.plots.style import Scheme


def cell(
    axes: Axes, x: int, y: int, text: str, scheme: Scheme, *, filled: bool
) -> None:
    """A square at column x and row y: coloured where filled, dashed elsewhere."""
    colour = scheme.colours[0] if filled else scheme.faint
    axes.add_patch(
        Rectangle(
            (x + 0.04, y + 0.04),
            *(0.92, 0.92),
            facecolor=colour if filled else "none",
            edgecolor=colour,
            alpha=0.3 if filled else 1,
            linestyle="-" if filled else "--",
        )
    )
    axes.text(
        *(x + 0.5, y + 0.5, text),
        ha="center",
        va="center",
        weight="bold" if filled else "normal",
    )
