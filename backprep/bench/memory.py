"""Bytes: what autograd keeps, what training holds anyway, what CUDA allocated."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import torch
from torch import Tensor

from backprep.bench.training import Training, loss_of, wait_for


def kept_by_autograd(training: Training) -> dict[str, int]:
    """The bytes of the storages saved for the backward pass, by dtype.

    Parameters and the batch are there anyway and do not count; autocast's copies
    of them do.
    """
    model = training.model
    there = chain(training.batch, model.parameters(), model.buffers())
    # as long as the storages are held, no address is used twice
    seen = {t.untyped_storage().data_ptr(): t.untyped_storage() for t in there}
    kept: Counter[str] = Counter()

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in seen:
            seen[storage.data_ptr()] = storage
            kept[str(tensor.dtype).removeprefix("torch.")] += storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        loss_of(model, training.batch, training.mode)
    return dict(sorted(kept.items()))


def held_anyway(training: Training) -> int:
    """The bytes of parameters, gradients and optimizer state, after a step."""
    parameters = list(training.model.parameters())
    gradients = [p.grad for p in parameters if p.grad is not None]
    states = chain.from_iterable(
        state.values() for state in training.optimizer.state.values()
    )
    tensors = [*parameters, *gradients, *(s for s in states if s.dim() > 0)]
    return sum(tensor.nbytes for tensor in tensors)


def cuda_max_memory_allocated(training: Training) -> int | None:
    """The most that CUDA's allocator had handed out at once during a step.

    All of it, also what the model holds between steps. None without CUDA.
    """
    device = training.batch[0].device
    if device.type != "cuda":
        return None
    wait_for(device)
    torch.cuda.reset_peak_memory_stats(device)
    training.step()
    wait_for(device)
    return torch.cuda.max_memory_allocated(device)
