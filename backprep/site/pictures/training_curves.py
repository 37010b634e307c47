"""What the training loop does without two of its lines."""

from __future__ import annotations

import math
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

from backprep.plots import style
from backprep.plots.style import Scheme
from solutions.training_loop.train_classifier import train_classifier

NAME = "training_loop-curves"
EPOCHS = 30
SEEDS = range(5)
TRAINED_ON = 192

Curves = list[tuple[list[float], list[float]]]
"""Of each seed, the validation loss and accuracy after each epoch."""


def curves() -> dict[str, Curves]:
    """The reference loop, without `zero_grad`, and without clipping."""
    return {
        "the loop": [_run(seed) for seed in SEEDS],
        "no zero_grad": [_run(seed, clear=False) for seed in SEEDS],
        "no clipping": [_run(seed, max_norm=math.inf) for seed in SEEDS],
    }


def _run(
    seed: int, *, clear: bool = True, max_norm: float = 1.0
) -> tuple[list[float], list[float]]:
    torch.manual_seed(seed)
    x, y = rings()
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
    losses: list[float] = []

    def validated(module: nn.Module, inputs: object, logits: Tensor) -> None:
        if not module.training:  # all validation examples are one batch
            losses.append(cross_entropy(logits, y[TRAINED_ON:]).item())

    model.register_forward_hook(validated)
    train = TensorDataset(x[:TRAINED_ON], y[:TRAINED_ON])
    val = TensorDataset(x[TRAINED_ON:], y[TRAINED_ON:])
    untouched = patch.object(torch.optim.AdamW, "zero_grad")
    with nullcontext() if clear else untouched:
        results = train_classifier(
            model,
            DataLoader(train, batch_size=16, shuffle=True),
            DataLoader(val, batch_size=len(val)),
            epochs=EPOCHS,
            lr=0.02,
            max_norm=max_norm,
        )
    return losses, [result.val_accuracy for result in results]


def rings() -> tuple[Tensor, Tensor]:
    """Points on two rings; the first one was written down a thousand times too far."""
    draw = torch.Generator().manual_seed(0)
    y = torch.arange(TRAINED_ON + 64) % 2
    angle = 2 * math.pi * torch.rand(len(y), generator=draw)
    x = torch.stack([angle.cos(), angle.sin()], 1) * (1 + y[:, None])
    x += 0.3 * torch.randn(x.shape, generator=draw)
    x[0] *= 1000
    return x, y


def draw(folder: Path) -> list[Path]:
    """Write the picture, light and dark; its paths."""
    found = curves()
    return style.write(NAME, lambda scheme: _figure(found, scheme), folder)


def _figure(found: dict[str, Curves], scheme: Scheme) -> Figure:
    figure, panels = style.figure(4.6, rows=2, width=style.NARROW)
    epochs = range(1, EPOCHS + 1)
    titles = ("Validation loss", "Validation accuracy")
    marks = ("-", "--", ":")
    for which, (axes, title) in enumerate(zip(panels, titles, strict=True)):
        for n, (name, runs) in enumerate(found.items()):
            values = torch.tensor([run[which] for run in runs])
            colour = scheme.colours[n]
            low, high = values.amin(0), values.amax(0)
            axes.fill_between(epochs, low, high, color=colour, alpha=0.15, lw=0)
            axes.plot(epochs, values.mean(0), marks[n], color=colour, lw=2, label=name)
        axes.set(title=title, xlim=(1, EPOCHS))
        axes.grid()
    panels[0].set_ylim(bottom=0)
    panels[1].set(xlabel="epoch", ylim=(None, 1))
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure
