"""Gather reads by index, and its mirror image adds by index.

Both take the index as a tensor, so no loop is needed, and equal indices add up. Neither
says anything useful of an index that does not fit, so that is looked at first.
"""

import torch
from torch import Tensor


def pick(logits: Tensor, targets: Tensor) -> Tensor:
    """The logit of each target: (..., classes) and (...) to (...)."""
    if targets.shape != logits.shape[:-1]:
        raise ValueError(f"{tuple(targets.shape)} does not fit {tuple(logits.shape)}")
    _check_range(targets, logits.shape[-1])
    return logits.gather(-1, targets.unsqueeze(-1)).squeeze(-1)


def sum_by_index(values: Tensor, index: Tensor, size: int) -> Tensor:
    """The sums of the rows with the same index: (n, ...) and (n,) to (size, ...)."""
    if index.shape != values.shape[:1]:
        raise ValueError(f"{tuple(index.shape)} does not fit {tuple(values.shape)}")
    _check_range(index, size)
    wide = values.to(torch.promote_types(values.dtype, torch.float32))
    zeros = wide.new_zeros(size, *values.shape[1:])
    return zeros.index_add(0, index, wide).to(values.dtype)


def _check_range(index: Tensor, size: int) -> None:
    if ((index < 0) | (index >= size)).any():
        raise IndexError(f"an index is below 0, or not below {size}")
