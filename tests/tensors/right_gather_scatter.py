"""Other right answers to tensors/gather_scatter."""

import torch


def _fits(index, shape, size):
    if index.shape != shape:
        raise ValueError(f"the index has the shape {tuple(index.shape)}")
    if index.numel() and not 0 <= index.min() <= index.max() < size:
        raise IndexError(f"the index goes from {index.min()} to {index.max()}")


class indexes_with_brackets:
    """Advanced indexing reads like the formula, and `index_put` with `accumulate` is
    its mirror image. It needs a tensor for the rows, and takes negative indices unless
    you look."""

    def pick(logits, targets):
        _fits(targets, logits.shape[:-1], logits.shape[-1])
        flat = logits.reshape(-1, logits.shape[-1])
        rows = torch.arange(len(flat), device=logits.device)
        return flat[rows, targets.flatten()].reshape(targets.shape)

    def sum_by_index(values, index, size):
        _fits(index, values.shape[:1], size)
        wide = values if values.dtype == torch.float64 else values.float()
        total = wide.new_zeros(size, *values.shape[1:])
        return total.index_put((index,), wide, accumulate=True).to(values.dtype)


class expands_the_index:
    """`take_along_dim` and `scatter_add` want the index in the shape of what they move.
    `expand` gives it as a view without memory; that it must be given is easily
    forgotten."""

    def pick(logits, targets):
        _fits(targets, logits.shape[:-1], logits.shape[-1])
        return torch.take_along_dim(logits, targets[..., None], dim=-1)[..., 0]

    def sum_by_index(values, index, size):
        _fits(index, values.shape[:1], size)
        wide = values if values.dtype == torch.float64 else values.float()
        total = wide.new_zeros(size, *values.shape[1:])
        places = index.reshape(-1, *[1] * (values.ndim - 1)).expand_as(wide)
        return total.scatter_add(0, places, wide).to(values.dtype)


class counts_positions_in_memory:
    """One flat index says where each number lies. It works for any number of dimensions
    without a special case, and the arithmetic is yours to get right."""

    def pick(logits, targets):
        _fits(targets, logits.shape[:-1], logits.shape[-1])
        first = torch.arange(targets.numel(), device=logits.device) * logits.shape[-1]
        return logits.take(first.reshape(targets.shape) + targets)

    def sum_by_index(values, index, size):
        _fits(index, values.shape[:1], size)
        wide = values.to(torch.promote_types(values.dtype, torch.float32))
        total = wide.new_zeros(size, *values.shape[1:])
        return torch.index_add(total, 0, index, wide).to(values.dtype)
