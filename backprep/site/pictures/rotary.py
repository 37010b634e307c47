"""Two pairs of features, turned by rotary embedding at the first positions."""

from __future__ import annotations

from pathlib import Path

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from backprep.plots import style
from backprep.plots.style import Scheme
from solutions.transformers.rotary_embedding import RotaryEmbedding

NAME = "transformers-rotary"
POSITIONS = 5
BASE = 16.0
"""Small, so that the second pair is seen to turn: by a quarter of the first's angle."""

Point = tuple[float, float]


def turned() -> list[list[Point]]:
    """For each of two pairs, where (1, 0) is after the rotation at each position."""
    rope = RotaryEmbedding(head_dim=4, base=BASE)
    x = torch.tensor([1.0, 1.0, 0.0, 0.0]).expand(1, 1, POSITIONS, 4)
    out = rope(x, torch.arange(POSITIONS))[0, 0]
    return [
        [(row[pair].item(), row[pair + 2].item()) for row in out] for pair in range(2)
    ]


def draw(folder: Path) -> list[Path]:
    """Write the picture, light and dark; its paths."""
    pairs = turned()
    return style.write(NAME, lambda scheme: _figure(pairs, scheme), folder)


def _figure(pairs: list[list[Point]], scheme: Scheme) -> Figure:
    figure, axes = style.figure(2.7, columns=2, width=style.NARROW)
    titles = "First pair: 1 a position", "Second pair: ¼ a position"
    for one, title, points in zip(axes, titles, pairs, strict=True):
        one.set_title(title)
        _turns(one, points, scheme)
    return figure


def _turns(axes: Axes, points: list[Point], scheme: Scheme) -> None:
    axes.add_patch(Circle((0, 0), 1, fill=False, edgecolor=scheme.faint))
    for position, (x, y) in enumerate(points):
        axes.annotate(
            "",
            xy=(x, y),
            xytext=(0, 0),
            arrowprops={
                "arrowstyle": "->",
                "color": scheme.colours[0],
                "linewidth": 1.5,
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
        axes.text(1.18 * x, 1.18 * y, str(position), ha="center", va="center")
    axes.set(xlim=(-1.35, 1.35), ylim=(-1.35, 1.35), aspect="equal")
    axes.set_axis_off()
