"""What dropout does to the same activations in training and in evaluation."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from backprep.plots import style
from backprep.plots.style import Scheme
from solutions.model_building.text_classifier import TextClassifier

NAME = "train_vs_eval-dropout"
UNITS = 12


class Pass(NamedTuple):
    """What went into the dropout layer and what came out, unit by unit."""

    title: str
    before: list[float]
    after: list[float]


def passes() -> list[Pass]:
    """One text through the reference classifier: twice in training, once not."""
    torch.manual_seed(0)
    model = TextClassifier(vocab_size=50, embed_dim=16, num_classes=2)
    text = torch.randint(50, (1, 8))
    seen: list[tuple[Tensor, Tensor]] = []

    def note(layer: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
        seen.append((inputs[0][0].detach(), output[0].detach()))

    (dropout,) = (m for m in model.modules() if isinstance(m, nn.Dropout))
    dropout.register_forward_hook(note)
    for training in (True, True, False):
        model.train(training)(text)
    shown = seen[0][0].topk(UNITS).indices.sort().values  # no zeros of the ReLU
    titles = ("train(), first pass", "train(), second pass", "eval(), every pass")
    return [
        Pass(title, before[shown].tolist(), after[shown].tolist())
        for title, (before, after) in zip(titles, seen, strict=True)
    ]


def draw(folder: Path) -> list[Path]:
    """Write the picture, light and dark; its paths."""
    found = passes()
    return style.write(NAME, lambda scheme: _figure(found, scheme), folder)


def _figure(found: list[Pass], scheme: Scheme) -> Figure:
    figure, panels = style.figure(4.4, rows=3, width=style.NARROW)
    top = max(max(one.after) for one in found)
    units = range(1, UNITS + 1)
    for axes, one in zip(panels, found, strict=True):
        kept = [u for u, value in zip(units, one.after, strict=True) if value]
        dropped = [u for u in units if u not in kept]
        axes.bar(
            *(units, one.after),
            color=scheme.colours[0],
            alpha=0.55,
            label="after the layer",
        )
        axes.bar(
            *(units, one.before),
            facecolor="none",
            edgecolor=scheme.ink,
            label="before",
        )
        axes.plot(
            *(dropped, [0.06 * top] * len(dropped), "x"),
            color=scheme.colours[1],
            mew=2,
            label="dropped",
        )
        axes.set(title=one.title, ylim=(0, 1.1 * top), xticks=[])
    panels[-1].set_xlabel("the twelve most active hidden units")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside lower center", ncols=3)
    return figure
