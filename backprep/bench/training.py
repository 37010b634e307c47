"""The training step that is measured: one path for every device and precision."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from backprep.bench.cases import Batch, Case
from backprep.bench.modes import Mode

LEARNING_RATE = 1e-4
"""So small that no case knows its batch by heart after thirty steps."""


def loss_of(model: nn.Module, batch: Batch, mode: Mode) -> Tensor:
    """The forward pass, with what the mode makes of its operations."""
    inputs, targets = batch
    with mode.autocast(inputs.device):
        return nn.functional.cross_entropy(model(inputs), targets)


class Training:
    """A model in training on one batch; `step()` is one update.

    Another scaler than the mode's can be given.
    """

    def __init__(
        self,
        case: Case,
        mode: Mode,
        device: torch.device,
        seed: int = 0,
        scaler: torch.amp.GradScaler | None = None,
    ) -> None:
        self.model, self.batch = case.make(device, seed)
        self.mode = mode
        self.optimizer = torch.optim.AdamW(self.model.parameters(), LEARNING_RATE)
        self.scaler = scaler or mode.scaler(device)

    def gradients(self) -> Tensor:
        """Leave the true gradients in the parameters, and give the loss."""
        self.optimizer.zero_grad()
        loss = loss_of(self.model, self.batch, self.mode)
        self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        self.scaler.unscale_(self.optimizer)
        return loss.detach()

    def step(self) -> Tensor:
        """Scale, backward, unscale, clip, step, update; gives the loss."""
        loss = self.gradients()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return loss


def wait_for(device: torch.device) -> None:
    """Until the device has done all that it was told; the CPU has no queue."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)
