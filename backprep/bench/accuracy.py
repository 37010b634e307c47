"""What fewer digits change: the gradients of a step, and the loss after thirty."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from backprep.bench.cases import Case
from backprep.bench.modes import FP32, Mode
from backprep.bench.training import Training

STEPS = 30
SEEDS = (0, 1, 2)


def gradient(case: Case, mode: Mode, device: torch.device) -> Tensor:
    """All gradients of the first step in one vector of float64, on the CPU."""
    training = Training(case, mode, device)
    while True:
        training.gradients()
        parameters = training.model.parameters()
        found = torch.cat([p.grad.flatten() for p in parameters if p.grad is not None])
        if found.isfinite().all() or not mode.scaled:
            return found.cpu().double()
        # the scale was too large: the scaler skips the step and halves it
        training.scaler.step(training.optimizer)
        training.scaler.update()


def loss_after_training(
    case: Case, mode: Mode, device: torch.device, seed: int = 0
) -> float:
    """The loss of the last of thirty steps on one batch."""
    training = Training(case, mode, device, seed)
    return [training.step() for _ in range(STEPS)][-1].item()


@cache
def _fp32_gradient(case: Case, device: torch.device) -> Tensor:
    return gradient(case, FP32, device)


@cache
def _fp32_losses(case: Case, device: torch.device) -> tuple[float, ...]:
    return tuple(loss_after_training(case, FP32, device, seed) for seed in SEEDS)


def gradient_error(case: Case, mode: Mode, device: torch.device) -> dict[str, float]:
    """How far the gradient is from fp32's, same weights, same batch, same device."""
    exact = _fp32_gradient(case, device)
    found = exact if mode is FP32 else gradient(case, mode, device)
    return {
        "gradient_relative_l2": ((found - exact).norm() / exact.norm()).item(),
        "gradient_cosine": cosine_similarity(found, exact, dim=0).item(),
    }


def loss_shift(case: Case, mode: Mode, device: torch.device) -> dict[str, float]:
    """The loss after thirty steps beside fp32's, and how far seeds move fp32's."""
    losses = _fp32_losses(case, device)
    loss = losses[0] if mode is FP32 else loss_after_training(case, mode, device)
    return {
        "loss_after_30_steps": loss,
        "fp32_loss_after_30_steps": losses[0],
        "fp32_spread_over_seeds": max(losses) - min(losses),
    }
