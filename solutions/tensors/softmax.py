"""Shift by the largest value, and take care of slices that have none.

A constant added to a slice cancels in the quotient. With the largest value at 0 no
exponential overflows, and the sum is at least 1, unless the slice is empty.
"""

import torch
from torch import Tensor


def softmax(x: Tensor, dim: int) -> Tensor:
    """The exponentials of `x`, divided by their sum along `dim`."""
    logits = x.to(torch.promote_types(x.dtype, torch.float32))
    highest = logits.detach().amax(dim, keepdim=True)
    highest = highest.masked_fill(highest == -torch.inf, 0)
    exps = (logits - highest).exp()
    total = exps.sum(dim, keepdim=True)
    return (exps / total.masked_fill(total == 0, 1)).to(x.dtype)
