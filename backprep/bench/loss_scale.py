"""How the scale of a loss moves in a real run whose float16 gradients overflow."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from backprep.bench.cases import CASES
from backprep.bench.modes import FP16
from backprep.bench.training import Training

FIRST_SCALE = 2.0**24
GROWTH_INTERVAL = 8
STEPS = 60


@dataclass(frozen=True)
class Moment:
    """What the scaler did in one step."""

    scale: float
    """What the loss of this step was multiplied by."""
    skipped: bool
    """Whether a gradient overflowed, so that the weights stayed as they were."""


def history() -> list[Moment]:
    """Sixty steps of the tiny MLP in float16 on the CPU.

    The scale starts too high and grows every eight good steps, not every 2,000 as
    by default, to show both.
    """
    device = torch.device("cpu")
    scaler = torch.amp.GradScaler(
        device.type, init_scale=FIRST_SCALE, growth_interval=GROWTH_INTERVAL
    )
    training = Training(CASES[0], FP16, device, scaler=scaler)
    weights = list(training.model.parameters())
    moments = []
    for _ in range(STEPS):
        scale = scaler.get_scale()
        before = [w.detach().clone() for w in weights]
        training.step()
        skipped = all(map(torch.equal, before, weights))
        moments.append(Moment(scale, skipped))
    return moments
