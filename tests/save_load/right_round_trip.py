"""Other right answers to save_load/round_trip."""

import copy
import os

import torch


class compares_before_it_copies:
    """Nothing is copied before everything fits, so nothing is undone and no second copy
    of the weights is held. The comparison and its message are yours to write, and only
    `load_state_dict` calls the hooks of a layer that renames its keys."""

    def load_model(model, path, device="cpu"):
        new = torch.load(path, map_location="cpu", weights_only=True)
        own = model.state_dict()
        odd = sorted(new.keys() ^ own.keys())
        if odd:
            raise RuntimeError(f"only in the file or only in the model: {odd}")
        for name, tensor in own.items():
            if tensor.shape != new[name].shape:
                shapes = f"{tuple(new[name].shape)}, not {tuple(tensor.shape)}"
                raise RuntimeError(f"{name} has the shape {shapes}")
        with torch.no_grad():
            for name, tensor in own.items():
                tensor.copy_(new[name])
        return model.to(device).eval()


class tries_it_on_a_copy:
    """A copy takes the file first, and the model only what fitted. It needs no undoing,
    and holds a whole second model with buffers that no file has."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location="cpu", weights_only=True)
        copy.deepcopy(model).load_state_dict(state)
        model.load_state_dict(state)
        model.eval()
        return model.to(device)


class maps_the_file_into_memory:
    """With `mmap=True` the values are read as they are copied, and the file is never
    whole in memory. The file must be on a disk, and stay as it is until then."""

    def save_model(model, path):
        torch.save({k: v.cpu() for k, v in model.state_dict().items()}, os.fspath(path))

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        before = {k: v.clone() for k, v in model.state_dict().items()}
        try:
            model.load_state_dict(state)
        except RuntimeError:
            model.load_state_dict(before)
            raise
        return model.to(device).eval()
