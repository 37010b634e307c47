"""Other right answers to amp/saved_bytes."""

import torch


def lists_first_and_counts_after(model, x, *, dtype=None):
    """The hook decides nothing, and the rules of counting stand in one place. The list
    has an entry for each time that a tensor was saved, though, not for each storage."""
    seen = []

    def pack(tensor):
        seen.append(tensor.untyped_storage())
        return tensor

    hooks = torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor)
    with hooks, torch.autocast(x.device.type, dtype, enabled=dtype is not None):
        model(x)
    sizes = {storage.data_ptr(): storage.nbytes() for storage in seen}
    for tensor in (x, *model.parameters()):
        sizes.pop(tensor.untyped_storage().data_ptr(), None)
    return sum(sizes.values())


class _Meter(torch.autograd.graph.saved_tensors_hooks):
    """Keeps the storages that are saved while it is entered."""

    def __init__(self, *known):
        super().__init__(self.pack, lambda tensor: tensor)
        self.known = {t.untyped_storage().data_ptr() for t in known}
        self.storages = {}

    def pack(self, tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in self.known:
            self.storages[storage.data_ptr()] = storage
        return tensor

    @property
    def nbytes(self):
        return sum(storage.nbytes() for storage in self.storages.values())


def enters_a_meter(model, x, *, dtype=None):
    """A class of its own measures any block of code, be it a whole training step, and
    can be read while that runs. For a single number it is twice the code."""
    meter = _Meter(x, *model.parameters())
    with meter, torch.autocast(x.device.type, dtype, enabled=dtype is not None):
        model(x)
    return meter.nbytes


def adds_up_as_it_goes(model, x, *, dtype=None):
    """A running total can show how the bytes grow from layer to layer. It does not
    replace the list: the storages must be kept all the same."""
    kept = [tensor.untyped_storage() for tensor in (x, *model.parameters())]
    seen, total = {storage.data_ptr() for storage in kept}, 0

    def pack(tensor):
        nonlocal total
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in seen:
            seen.add(storage.data_ptr())
            kept.append(storage)
            total += storage.nbytes()
        return tensor

    hooks = torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor)
    with hooks, torch.autocast(x.device.type, dtype, enabled=dtype is not None):
        model(x)
    return total
