"""A run that was interrupted and resumed, on top of one that was not."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import nn

from backprep.plots import style
from backprep.plots.style import Scheme
from solutions.save_load.checkpoint import load_checkpoint, save_checkpoint

NAME = "save_load-resumed"
STEPS = 80
SAVED_AT = 40


@dataclass(frozen=True)
class Losses:
    """The loss of each step, of three runs of the same training."""

    uninterrupted: list[float]
    resumed: list[float]
    """From the step of the checkpoint on."""
    weights_alone: list[float]
    """Likewise, of a run that got nothing but the weights back."""


def losses() -> Losses:
    """The loss at each step of three runs on the same noisy line."""
    torch.manual_seed(0)
    run = _parts()
    before = _train(run, SAVED_AT)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run.pt")
        save_checkpoint(path, **run, epoch=SAVED_AT)
        after = _train(run, STEPS - SAVED_AT)

        resumed = _parts()
        load_checkpoint(path, **resumed)
        again = _train(resumed, STEPS - SAVED_AT)

        half = _parts()
        half["model"].load_state_dict(torch.load(path)["model"])
        other = _train(half, STEPS - SAVED_AT)
    return Losses(before + after, again, other)


def _parts() -> dict[str, Any]:
    model = nn.Sequential(
        nn.Linear(1, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 1)
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=25, gamma=0.5)
    return {"model": model, "optimizer": optimizer, "scheduler": scheduler}


def _train(run: dict[str, Any], steps: int) -> list[float]:
    found = []
    for _ in range(steps):
        x = torch.randn(256, 1)
        run["optimizer"].zero_grad()
        loss = (run["model"](x) - 2 * x).square().mean()
        loss.backward()
        run["optimizer"].step()
        run["scheduler"].step()
        found.append(loss.item())
    return found


def draw(folder: Path) -> list[Path]:
    """Write the picture, light and dark; its paths."""
    found = losses()
    return style.write(NAME, lambda scheme: _figure(found, scheme), folder)


def _figure(found: Losses, scheme: Scheme) -> Figure:
    figure, (axes,) = style.figure(3.2, width=style.NARROW)
    late = range(SAVED_AT, STEPS)
    axes.plot(
        found.uninterrupted,
        color=scheme.colours[0],
        alpha=0.35,
        lw=7,
        label="uninterrupted",
    )
    axes.plot(*(late, found.resumed), color=scheme.colours[0], lw=1.8, label="resumed")
    axes.plot(
        *(late, found.weights_alone, "--"),
        color=scheme.colours[1],
        lw=1.8,
        label="weights alone",
    )
    axes.axvline(SAVED_AT, color=scheme.ink, lw=1, ls=":")
    axes.text(
        SAVED_AT - 1,
        0.97,
        "checkpoint",
        ha="right",
        va="top",
        transform=axes.get_xaxis_transform(),
    )
    axes.set(xlabel="step", ylabel="loss", yscale="log", xlim=(0, STEPS))
    axes.grid()
    figure.legend(loc="outside lower center", ncols=3)
    return figure
