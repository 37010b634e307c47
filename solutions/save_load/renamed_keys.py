"""Sort the names first, then load what fits, and say what did not.

A prefix is cut from the front only, and only while the model does not know the name.
The shapes are compared here, since `strict=False` forgives names and no shapes. What
is left over goes into the report, so that nothing is skipped in silence.
"""

from collections.abc import Mapping
from typing import NamedTuple

from torch import Tensor, nn

_WRAPPERS = ("module.", "_orig_mod.")


class LoadReport(NamedTuple):
    """The names that were not loaded, sorted."""

    missing: list[str]
    unexpected: list[str]
    mismatched: list[str]


def _unwrapped(name: str, own: Mapping[str, Tensor]) -> str:
    while name not in own and name.startswith(_WRAPPERS):
        _, _, name = name.partition(".")
    return name


def load_pretrained(model: nn.Module, state: Mapping[str, Tensor]) -> LoadReport:
    """Load what fits the model, and report the rest."""
    own = model.state_dict()
    fitting, unexpected, mismatched = {}, [], []
    for full_name, tensor in state.items():
        name = _unwrapped(full_name, own)
        if name not in own:
            unexpected.append(full_name)
        elif tensor.shape != own[name].shape:
            mismatched.append(name)
        else:
            fitting[name] = tensor
    if not fitting:
        raise ValueError(f"none of the {len(state)} entries fits the model")
    model.load_state_dict(fitting, strict=False)
    missing = own.keys() - fitting.keys() - set(mismatched)
    return LoadReport(sorted(missing), sorted(unexpected), sorted(mismatched))
