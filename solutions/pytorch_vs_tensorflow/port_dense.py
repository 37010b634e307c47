"""Transpose each kernel, and copy it into a Linear layer of its own.

Keras multiplies by the kernel as it is stored, `x @ kernel + bias`; PyTorch stores the
transpose, `x @ weight.T + bias`. `np.array` copies and sets the dtype, of arrays that
PyTorch would refuse, too. Layers made on the meta device hold no numbers, so none are
drawn only to be thrown away.
"""

import numpy as np
import torch
from torch import nn


def port_dense(kernels: list[np.ndarray], biases: list[np.ndarray]) -> nn.Sequential:
    """The network of a Keras stack of Dense layers with ReLU between them."""
    layers: list[nn.Module] = []
    width = kernels[0].shape[0]
    for kernel, bias in zip(kernels, biases, strict=True):
        if kernel.shape[0] != width:
            raise ValueError(f"kernel {kernel.shape} does not take {width} inputs")
        width = kernel.shape[1]
        if bias.shape != (width,):
            raise ValueError(f"bias {bias.shape} does not fit kernel {kernel.shape}")
        linear = nn.Linear(*kernel.shape, device="meta")
        linear.weight = _parameter(kernel.T)
        linear.bias = _parameter(bias)
        layers += [nn.ReLU(), linear]
    return nn.Sequential(*layers[1:])


def _parameter(array: np.ndarray) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.array(array, np.float32, order="C")))
