"""Other right answers to save_load/round_trip."""

import copy
import os

import torch


def _dtypes(state):
    return {name: tensor.dtype for name, tensor in state.items()}


class puts_the_old_tensors_back:
    """`load_state_dict` compares names and shapes, and words the error. For that a copy
    of all weights is held meanwhile, and the dtypes are still yours to compare."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location="cpu", weights_only=True)
        before = copy.deepcopy(model.state_dict())
        try:
            model.load_state_dict(state)
            if _dtypes(state) != _dtypes(before):
                raise RuntimeError(f"not the dtypes of the model: {_dtypes(state)}")
        except RuntimeError:
            model.load_state_dict(before)
            raise
        return model.to(device).eval()


class tries_it_on_a_copy:
    """A copy takes the tensors of the file as they are, and the model what fitted. It
    needs no undoing, and holds a whole second model with buffers that no file has."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location="cpu", weights_only=True)
        trial = copy.deepcopy(model)
        trial.load_state_dict(state, assign=True)
        if _dtypes(trial.state_dict()) != _dtypes(model.state_dict()):
            raise RuntimeError(f"not the dtypes of the model: {_dtypes(state)}")
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
            for kind in ("shape", "dtype"):
                here, there = getattr(tensor, kind), getattr(state[name], kind)
                if here != there:
                    raise RuntimeError(f"{name}: {there} in the file, {here} here")
        with torch.no_grad():
            for name, tensor in own.items():
                tensor.copy_(state[name])
        return model.to(device).eval()
