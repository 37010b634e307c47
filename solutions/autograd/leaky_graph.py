"""One graph a step, and nothing of it kept.

The parameters stay the same two leaves: they are changed in place where nothing
is recorded, so a step's graph begins at them and ends with its loss. The loss is
written down as a number, and gradients are cleared, for `backward` adds to them.
"""

import torch
from torch import Tensor


def fit_line(
    x: Tensor, y: Tensor, steps: int, lr: float
) -> tuple[float, float, list[float]]:
    """Fit `y ≈ w*x + b`; returns `w`, `b` and the loss before each step."""
    if x.shape != y.shape:
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    x, y = x.detach(), y.detach()  # data: they get no gradient
    w = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    b = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= lr * parameter.grad
                parameter.grad = None
    return w.item(), b.item(), losses
