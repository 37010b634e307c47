"""Who sees whom when there are fewer queries than keys: two ends to align at."""

from __future__ import annotations

from pathlib import Path

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch.nn import functional

from backprep.plots import style
from backprep.plots.style import Scheme
from backprep.site.pictures.cells import cell
from solutions.transformers.scaled_dot_product import scaled_dot_product

NAME = "transformers-causal_mask"
QUERIES, KEYS = 2, 5

Weights = list[list[float]]


def weights() -> tuple[Weights, Weights]:
    """Of the reference answer and of PyTorch's function: a row for each query.

    All scores are equal, so that a query spreads its weight evenly over the keys that
    it sees.
    """
    query, key = torch.zeros(1, 1, QUERIES, 4), torch.zeros(1, 1, KEYS, 4)
    value = torch.eye(KEYS)[None, None]  # so that the result is the weights
    ours = scaled_dot_product(query, key, value, is_causal=True)
    theirs = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
    return ours[0, 0].tolist(), theirs[0, 0].tolist()


def draw(folder: Path) -> list[Path]:
    """Write the picture, light and dark; its paths."""
    ours, theirs = weights()
    return style.write(NAME, lambda scheme: _figure(ours, theirs, scheme), folder)


def _figure(ours: Weights, theirs: Weights, scheme: Scheme) -> Figure:
    figure, (end, start) = style.figure(1.9, columns=2)
    end.set_title("Aligned at the end")
    start.set_title("PyTorch's is_causal=True")
    for axes, rows in ((end, ours), (start, theirs)):
        _cells(axes, rows, scheme)
    return figure


def _cells(axes: Axes, rows: Weights, scheme: Scheme) -> None:
    for y, row in enumerate(rows):
        axes.text(
            -0.15, y + 0.5, f"token {KEYS - QUERIES + y}", ha="right", va="center"
        )
        for x, weight in enumerate(row):
            seen = weight > 0
            cell(axes, x, y, f"{weight:.2f}" if seen else "", scheme, filled=seen)
    for x in range(KEYS):
        axes.text(x + 0.5, QUERIES + 0.35, str(x), ha="center", va="center")
    axes.text(-0.15, QUERIES + 0.35, "sees", ha="right", va="center")
    axes.set(xlim=(-1.7, KEYS), ylim=(QUERIES + 0.7, 0), aspect="equal")
    axes.set_axis_off()
