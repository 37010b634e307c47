"""Write every module's flag down, evaluate without a graph, put every flag back.

The mode is a flag on each module, so the flags are kept one by one: a single
`model.train()` afterwards would thaw what was frozen. `finally` covers errors
and interrupts.
"""

import torch
from torch import Tensor, nn


def predict(model: nn.Module, x: Tensor) -> Tensor:
    """The class index for each example in `x`."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        model.eval()
        with torch.no_grad():
            return model(x).argmax(dim=-1)
    finally:
        for module, training in modes:
            module.training = training
