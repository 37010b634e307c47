"""Differentiate with respect to a leaf of your own.

A detached copy has the values of `x` and none of its history, so neither marking
it nor what `f` does to it reaches the caller. `torch.autograd.grad` returns the
gradient; `backward()` would also add to the `.grad` of other leaves that `f` uses.
"""

from collections.abc import Callable

import torch
from torch import Tensor


def gradient(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """The gradient of `f(x).sum()` with respect to `x`."""
    if not x.is_floating_point():
        raise ValueError(f"x must be floating point, not {x.dtype}")
    with torch.inference_mode(False), torch.enable_grad():
        leaf = x.detach().clone().requires_grad_()
        y = f(leaf).sum()
        if not y.requires_grad:  # f does not depend on any tensor that does
            return torch.zeros_like(x)
        (result,) = torch.autograd.grad(y, leaf, allow_unused=True)
    return torch.zeros_like(x) if result is None else result.clone()
