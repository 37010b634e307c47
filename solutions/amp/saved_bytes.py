"""Listen to what autograd saves, and count storages.

A pack hook sees each tensor at the moment it is saved. Bytes belong to storages:
views share one, and a saved view keeps all of it. Keeping the storages that were
seen also keeps their addresses from being used again.
"""

import torch
from torch import Tensor, nn


def saved_bytes(
    model: nn.Module, x: Tensor, *, dtype: torch.dtype | None = None
) -> int:
    """How many bytes autograd saves for the backward pass while `model(x)` runs."""
    there_anyway = {
        tensor.untyped_storage().data_ptr() for tensor in (x, *model.parameters())
    }
    saved = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in there_anyway:
            saved[storage.data_ptr()] = storage
        return tensor

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor),
        torch.autocast(x.device.type, dtype=dtype, enabled=dtype is not None),
    ):
        model(x)
    return sum(storage.nbytes() for storage in saved.values())
