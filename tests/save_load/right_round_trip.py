"""Other right answers to save_load/round_trip."""

import copy
import os

import torch


class puts_the_old_tensors_back:
    """`load_state_dict` compares names and shapes, and words the error. For that a copy
    of all weights is held meanwhile, and another dtype is cast without an error."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location="cpu", weights_only=True)
        before = copy.deepcopy(model.state_dict())
        try:
            model.load_state_dict(state)
        except RuntimeError:
            model.load_state_dict(before)
            raise
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
        own = model.state_dict()
        if odd := sorted(state.keys() ^ own.keys()):
            raise RuntimeError(f"only in the file or only in the model: {odd}")
        for name, tensor in own.items():
            if tensor.shape != state[name].shape:
                shapes = f"{tuple(state[name].shape)}, not {tuple(tensor.shape)}"
                raise RuntimeError(f"{name} has the shape {shapes}")
        with torch.no_grad():
            for name, tensor in own.items():
                tensor.copy_(state[name])
        return model.to(device).eval()
