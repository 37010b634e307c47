"""Differentiate the gradient once more, in the direction of v.

The gradient's product with v is a single number, and the derivative of that is H @ v.
One more backward pass gives it, so no row of the matrix is ever computed.
"""

from collections.abc import Callable

import torch
from torch import Tensor


def hvp(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    """The Hessian of `f` at `x`, times `v`."""
    if v.shape != x.shape:
        raise ValueError(f"v has the shape {tuple(v.shape)}, x {tuple(x.shape)}")
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        y = f(leaf)
        if y.numel() != 1:
            raise ValueError(f"f must give one number, not {y.numel()}")
        gradient = y
        for weights in (None, v):
            if not gradient.requires_grad:  # it depends on nothing
                return torch.zeros_like(x)
            (gradient,) = torch.autograd.grad(
                gradient, leaf, weights, create_graph=True, materialize_grads=True
            )
    return gradient.detach()
