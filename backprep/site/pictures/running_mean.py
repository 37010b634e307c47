"""Batch norm's running mean on its way to the mean of the data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from matplotlib.figure import Figure

from backprep.plots import style
from backprep.plots.style import Scheme
from solutions.train_vs_eval.batch_norm import BatchNorm1d

NAME = "train_vs_eval-running_mean"
MEAN = 5.0
BATCHES = 100


@dataclass(frozen=True)
class Means:
    """The means of batches, and what the buffer made of them."""

    of_batches: list[float]
    running: dict[float, list[float]]
    """By momentum: the buffer before the first batch and after each."""


def means(momenta: tuple[float, ...] = (0.01, 0.1, 0.99)) -> Means:
    """Feed the reference layer batches of 16 values around `MEAN`."""
    torch.manual_seed(0)
    batches = MEAN + 2 * torch.randn(BATCHES, 16, 1)
    running = {}
    for momentum in momenta:
        layer = BatchNorm1d(1, momentum=momentum)
        values = [layer.get_buffer("running_mean").item()]
        for batch in batches:
            layer(batch)
            values.append(layer.get_buffer("running_mean").item())
        running[momentum] = values
    return Means(batches.mean(1).flatten().tolist(), running)


def draw(folder: Path) -> list[Path]:
    """Write the picture, light and dark; its paths."""
    found = means()
    return style.write(NAME, lambda scheme: _figure(found, scheme), folder)


def _figure(found: Means, scheme: Scheme) -> Figure:
    figure, (axes,) = style.figure(4.0, width=style.NARROW)
    axes.plot(
        *(range(1, BATCHES + 1), found.of_batches, "."),
        color=scheme.ink,
        ms=5,
        label="means of batches",
    )
    axes.axhline(MEAN, color=scheme.ink, lw=1, ls=(0, (6, 3)), label="mean of the data")
    colours = {0.01: scheme.colours[2], 0.1: scheme.colours[0], 0.99: scheme.colours[1]}
    for momentum, values in found.running.items():
        axes.plot(
            values,
            color=colours[momentum],
            lw=1 if momentum > 0.5 else 2.4,
            label=f"momentum {momentum:g}",
        )
    axes.set(
        title="Running mean",
        xlabel="batches in training mode",
        xlim=(0, BATCHES),
        ylim=(0, None),
    )
    axes.grid()
    figure.legend(loc="outside lower center", ncols=2)
    return figure
