"""Training mode is a flag on each module, so dropout can have it alone.

All flags are written down, the model goes into evaluation mode, and its dropout layers
are switched on one by one. What is averaged are probabilities, new masks each pass.
"""

import torch
from torch import Tensor, nn

_DROPOUTS = (
    nn.Dropout,
    nn.Dropout1d,
    nn.Dropout2d,
    nn.Dropout3d,
    nn.AlphaDropout,
    nn.FeatureAlphaDropout,
)


def mc_dropout(model: nn.Module, x: Tensor, passes: int) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of the probabilities over passes with dropout on."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        model.eval()
        for module in before:
            if isinstance(module, _DROPOUTS):
                module.training = True
        with torch.no_grad():
            draws = torch.stack([model(x).softmax(dim=-1) for _ in range(passes)])
    finally:
        for module, training in before.items():
            module.training = training
    return draws.mean(dim=0), draws.std(dim=0)
