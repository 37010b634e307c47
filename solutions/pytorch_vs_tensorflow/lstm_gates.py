"""Transpose both matrices, leave the gates alone, and freeze the second bias at zero.

Keras and PyTorch keep the gates in one order. PyTorch adds two biases where Keras has
one; were both trained, each would take the whole step, and their sum twice the step.
"""

import numpy as np
import torch
from torch import Tensor, nn


def port_lstm(weights: list[np.ndarray]) -> nn.LSTM:
    """The LSTM of a Keras layer's arrays, bidirectional if there are six."""
    if len(weights) not in (3, 6):
        raise ValueError(f"expected three arrays or six, not {len(weights)}")
    both = len(weights) == 6
    layers = [weights[:3], weights[3:]] if both else [weights]
    kernel, recurrent = weights[:2]
    size, units = len(kernel), len(recurrent)
    shapes = [(size, 4 * units), (units, 4 * units), (4 * units,)]
    for layer in layers:
        if [array.shape for array in layer] != shapes:
            raise ValueError(f"expected {shapes}, not {[a.shape for a in layer]}")
    dtype = torch.from_numpy(kernel).dtype
    lstm = nn.LSTM(size, units, batch_first=True, bidirectional=both, dtype=dtype)
    with torch.no_grad():
        for (w_ih, w_hh, b_ih, b_hh), (kernel, recurrent, bias) in zip(
            lstm.all_weights, layers, strict=True
        ):
            w_ih.copy_(torch.from_numpy(kernel.T))
            w_hh.copy_(torch.from_numpy(recurrent.T))
            b_ih.copy_(torch.from_numpy(bias))
            b_hh.zero_().requires_grad_(False)
    return lstm


def last_output(lstm: nn.LSTM, x: Tensor) -> Tensor:
    """What each direction ends with, forward first."""
    _, (hidden, _) = lstm(x)
    return torch.cat(list(hidden), dim=1)
