"""The norm of the norms is the norm of everything, and one factor fits all.

No gradients have to be joined: each gives one number, and the vector of these has the
norm that is asked for. The factor stays a tensor, bounded by 1, so that nobody waits to
learn whether to clip. Multiplying by 1 changes nothing.
"""

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.linalg import vector_norm


@torch.no_grad()
def clip_grad_norm(
    parameters: Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    *,
    error_if_nonfinite: bool = False,
) -> Tensor:
    """Scale the gradients down to `max_norm`; returns their norm before that."""
    if max_norm < 0:
        raise ValueError(f"max_norm must not be negative, but is {max_norm}")
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    norms = torch.stack([vector_norm(gradient, norm_type) for gradient in gradients])
    total = vector_norm(norms, norm_type)
    if error_if_nonfinite and not total.isfinite():
        raise RuntimeError(f"the gradients have a norm of {total.item()}")
    factor = (max_norm / (total + 1e-6)).clamp(max=1)
    for gradient in gradients:
        gradient.mul_(factor)
    return total
