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


def _layout(state: Mapping[str, Tensor]) -> dict[str, tuple[torch.Size, torch.dtype]]:
    return {name: (tensor.shape, tensor.dtype) for name, tensor in state.items()}


def load_model(
    model: nn.Module, path: str | os.PathLike, device: torch.device | str = "cpu"
) -> nn.Module:
    """`model` with the weights that `save_model` wrote to `path`, ready to predict."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    own, other = _layout(model.state_dict()), _layout(state)
    differing = [name for name in own | other if own.get(name) != other.get(name)]
    if differing:
        names = ", ".join(differing)
        raise RuntimeError(f"the file does not fit the model in {names}")
    model.load_state_dict(state)
    return model.to(device).eval()
