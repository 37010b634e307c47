"""Save tensors, never objects, and make loading all or nothing.

A state dict is names and tensors, so a file of it needs no class to be imported
and no code to be run. `load_state_dict` copies every tensor that fits and only
then raises for the others, which leaves a mixture of two models behind; a copy
of the old tensors, taken before, undoes that.
"""

import copy
import os

import torch
from torch import nn


def save_model(model: nn.Module, path: str | os.PathLike) -> None:
    """Write what `model` has learned to the file `path`."""
    torch.save(model.state_dict(), path)


def load_model(
    model: nn.Module, path: str | os.PathLike, device: torch.device | str = "cpu"
) -> nn.Module:
    """`model` with the weights that `save_model` wrote to `path`, ready to predict."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    before = copy.deepcopy(model.state_dict())
    try:
        model.load_state_dict(state)
    except RuntimeError:
        model.load_state_dict(before)
        raise
    return model.to(device).eval()
