"""Save the input, and compute the derivative from it in `backward`.

The input has a history, so what is computed from it can be differentiated again; an
intermediate of `forward` has none. The exponential is only taken of what is not
positive, where it cannot overflow.
"""

from typing import Any

import torch
from torch import Tensor


class _Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        z = beta * x
        return (z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))) / beta

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        return grad * torch.sigmoid(ctx.beta * x), None


def softplus(x: Tensor, beta: float = 1.0) -> Tensor:
    """`log(1 + exp(beta * x)) / beta`, element by element."""
    if not beta > 0:
        raise ValueError(f"beta must be above zero, not {beta}")
    result: Tensor = _Softplus.apply(x, beta)
    return result
