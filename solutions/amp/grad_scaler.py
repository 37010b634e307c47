"""Multiply the loss, divide the gradients once, and look at them as you do.

`unscale_` is the one place that divides, and it notes whether all gradients were
finite. That note says to `step` whether anyone has divided and whether to step, and
to `update` which way the scale goes. Only the row of good steps outlives an update.
"""

from torch import Tensor
from torch.optim import Optimizer


class GradScaler:
    """Dynamic loss scaling for one optimizer."""

    def __init__(
        self,
        init_scale: float = 65536.0,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
    ) -> None:
        self._scale = init_scale
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._growth_interval = growth_interval
        self._good_steps = 0
        self._finite: bool | None = None  # until the gradients have been divided

    def get_scale(self) -> float:
        """The factor by which the loss is multiplied now."""
        return self._scale

    def scale(self, loss: Tensor) -> Tensor:
        """The loss to call `backward` on."""
        return loss * self._scale

    def unscale_(self, optimizer: Optimizer) -> None:
        """Divide the optimizer's gradients, and note whether all are finite."""
        if self._finite is not None:
            raise RuntimeError("the gradients were divided since the last update()")
        held = [p for group in optimizer.param_groups for p in group["params"]]
        gradients = [p.grad for p in held if p.grad is not None]
        self._finite = all(bool(g.isfinite().all()) for g in gradients)
        for gradient in gradients:
            gradient.div_(self._scale)

    def step(self, optimizer: Optimizer) -> None:
        """Step with the true gradients, unless one of them is not finite."""
        if self._finite is None:
            self.unscale_(optimizer)
        if self._finite:
            optimizer.step()

    def update(self) -> None:
        """Move the scale, and begin the next iteration."""
        self._good_steps = self._good_steps + 1 if self._finite else 0
        if not self._finite:
            self._scale *= self._backoff_factor
        elif self._good_steps >= self._growth_interval:
            self._scale *= self._growth_factor
            self._good_steps = 0
        self._finite = None
