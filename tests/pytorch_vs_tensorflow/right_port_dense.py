"""Other right answers to pytorch_vs_tensorflow/port_dense."""

from itertools import pairwise

import numpy as np
import torch
from torch import nn


def builds_first_and_loads_a_state_dict(kernels, biases):
    """`load_state_dict` holds every shape against the layers, and names those that do
    not fit. The random weights of the layers are drawn for nothing, which moves the
    global generator, and its `RuntimeError` has to be turned into a `ValueError`."""
    if len(kernels) != len(biases):
        raise ValueError(f"{len(kernels)} kernels and {len(biases)} biases")
    widths = [kernel.shape[0] for kernel in kernels] + [len(b) for b in biases[-1:]]
    model, state = nn.Sequential(), {}
    for pair, kernel, bias in zip(pairwise(widths), kernels, biases, strict=True):
        if len(model):
            model.append(nn.ReLU())
        name = len(model)
        model.append(nn.Linear(*pair, dtype=torch.float32))
        state[f"{name}.weight"] = torch.tensor(kernel.astype(np.float32)).T
        state[f"{name}.bias"] = torch.tensor(bias.astype(np.float32))
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError("the shapes do not chain") from error
    return model


class _Dense(nn.Module):
    """Keras's own arithmetic and layout: `x @ kernel + bias`."""

    def __init__(self, kernel, bias):
        super().__init__()
        self.kernel = nn.Parameter(torch.from_numpy(np.array(kernel, np.float32)))
        self.bias = nn.Parameter(torch.from_numpy(np.array(bias, np.float32)))

    def forward(self, x):
        return x @ self.kernel + self.bias


def keeps_the_layout_of_keras(kernels, biases):
    """Nothing is transposed, so nothing can be the wrong way round, and the parameters
    can be compared with Keras's as they are. Tools that look for `nn.Linear`, such as
    those that quantise, find none."""
    if len(kernels) != len(biases):
        raise ValueError("each kernel needs a bias")
    for before, after in pairwise(kernels):
        if before.shape[1] != after.shape[0]:
            raise ValueError(f"{before.shape} is followed by {after.shape}")
    model = nn.Sequential()
    for kernel, bias in zip(kernels, biases, strict=True):
        if bias.shape != kernel.shape[1:]:
            raise ValueError(f"kernel {kernel.shape} with bias {bias.shape}")
        if len(model):
            model.append(nn.ReLU())
        model.append(_Dense(kernel, bias))
    return model


def copies_into_the_layers(kernels, biases):
    """Checks everything first and then fills each layer in place, which keeps its dtype
    and its parameters. `copy_` stretches what broadcasts, so it needs the checks."""
    outputs = [kernel.shape[1] for kernel in kernels]
    if [kernel.shape[0] for kernel in kernels[1:]] != outputs[:-1]:
        raise ValueError("a kernel does not take what the one before it gives")
    if [np.shape(bias) for bias in biases] != [(width,) for width in outputs]:
        raise ValueError("the biases do not fit the kernels")
    linears = [
        nn.utils.skip_init(nn.Linear, *kernel.shape, dtype=torch.float32)
        for kernel in kernels
    ]
    with torch.no_grad():
        for linear, kernel, bias in zip(linears, kernels, biases, strict=True):
            linear.weight.copy_(torch.from_numpy(kernel.T.astype(np.float32)))
            linear.bias.copy_(torch.from_numpy(bias.astype(np.float32)))
    pairs = [module for linear in linears for module in (linear, nn.ReLU())]
    return nn.Sequential(*pairs[:-1])


def nests_the_hidden_layers(kernels, biases):
    """Each hidden layer and its ReLU are one part, which can be frozen or replaced by
    its number. The names in the state dict get a level deeper."""
    if len(kernels) != len(biases):
        raise ValueError("as many biases as kernels are needed")

    def linear(kernel, bias):
        layer = nn.Linear(*kernel.shape)
        weight = np.array(kernel.T, dtype=np.float32)
        layer.weight.data = torch.from_numpy(weight)
        layer.bias.data = torch.from_numpy(np.array(bias, dtype=np.float32))
        return layer

    model = nn.Sequential()
    for n, (kernel, bias) in enumerate(zip(kernels, biases, strict=True), 1):
        if bias.shape != kernel.shape[1:]:
            raise ValueError(f"bias {n} has the shape {bias.shape}")
        if n == len(kernels):
            model.append(linear(kernel, bias))
        elif kernels[n].shape[:1] != kernel.shape[1:]:
            raise ValueError(f"kernel {n} gives {kernel.shape[1]} outputs")
        else:
            model.append(nn.Sequential(linear(kernel, bias), nn.ReLU()))
    return model
