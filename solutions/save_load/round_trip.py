"""Save tensors, never objects, and make loading all or nothing.

A state dict is names and tensors, so a file of it needs no class to be imported
and no code to be run. `load_state_dict` copies every tensor that fits and only
then raises for the others, and it casts to another dtype without a word. So the
two state dicts are compared before anything is copied.
"""

import os
from collections.abc import Mapping

import torch
from torch import Tensor, nn


def save_model(model: nn.Module, path: str | os.PathLike) -> None:
    """Write what `model` has learned to the file `path`."""
    torch.save(model.state_dict(), path)


def _kind(tensor: Tensor) -> str:
    return f"{tensor.dtype} {tuple(tensor.shape)}"


def _misfits(own: Mapping[str, Tensor], file: Mapping[str, Tensor]) -> list[str]:
    """Why the tensors of the file cannot take the places of the model's own."""
    if own.keys() != file.keys():  # what is not the model's may be no tensor
        return [
            *(f"{name} is not in the file" for name in own if name not in file),
            *(f"{name} is not in the model" for name in file if name not in own),
        ]
    return [
        f"{name} is {_kind(file[name])} in the file, {_kind(own[name])} in the model"
        for name in own
        if _kind(file[name]) != _kind(own[name])
    ]


def load_model(
    model: nn.Module, path: str | os.PathLike, device: torch.device | str = "cpu"
) -> nn.Module:
    """`model` with the weights that `save_model` wrote to `path`, ready to predict."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    misfits = _misfits(model.state_dict(), state)
    if misfits:
        raise RuntimeError("; ".join(misfits))
    model.load_state_dict(state)
    return model.to(device).eval()
