"""Near misses of pytorch_vs_tensorflow/port_dense."""

import numpy as np
import torch
from torch import nn

from backprep.testing import fails


def _parameter(array):
    return nn.Parameter(torch.from_numpy(np.array(array, np.float32, order="C")))


@fails(
    "test_gives_what_keras_gave",
    "test_reads_a_square_kernel_the_right_way_round",
    "test_has_a_relu_between_layers_and_none_at_the_end",
    "test_takes_any_floating_point_array",
    "test_works_on_the_last_axis",
)
def reshapes_the_kernel(kernels, biases):
    """The shapes fit and the numbers are shuffled: most outputs are wrong."""
    layers = []
    width = kernels[0].shape[0]
    for kernel, bias in zip(kernels, biases, strict=True):
        if kernel.shape[0] != width:
            raise ValueError(f"kernel {kernel.shape} does not take {width} inputs")
        width = kernel.shape[1]
        if bias.shape != (width,):
            raise ValueError(f"bias {bias.shape} does not fit kernel {kernel.shape}")
        linear = nn.Linear(*kernel.shape, device="meta")
        linear.weight = _parameter(kernel.reshape(kernel.shape[::-1]))
        linear.bias = _parameter(bias)
        layers += [nn.ReLU(), linear]
    return nn.Sequential(*layers[1:])


@fails(
    "test_reads_a_square_kernel_the_right_way_round",
)
def transposes_only_when_it_must(kernels, biases):
    """A square kernel fits without a transpose, and is used the wrong way round."""
    layers = []
    width = kernels[0].shape[0]
    for kernel, bias in zip(kernels, biases, strict=True):
        if kernel.shape[0] != width:
            raise ValueError(f"kernel {kernel.shape} does not take {width} inputs")
        width = kernel.shape[1]
        if bias.shape != (width,):
            raise ValueError(f"bias {bias.shape} does not fit kernel {kernel.shape}")
        linear = nn.Linear(*kernel.shape, device="meta")
        square = kernel.shape[0] == kernel.shape[1]
        linear.weight = _parameter(kernel if square else kernel.T)
        linear.bias = _parameter(bias)
        layers += [nn.ReLU(), linear]
    return nn.Sequential(*layers[1:])


@fails(
    "test_gives_what_keras_gave",
    "test_reads_a_square_kernel_the_right_way_round",
    "test_has_a_relu_between_layers_and_none_at_the_end",
    "test_a_single_layer_has_no_relu",
    "test_takes_any_floating_point_array",
    "test_works_on_the_last_axis",
)
def ends_with_a_relu(kernels, biases):
    """Every output below zero is lost."""
    layers = []
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
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers)


@fails(
    "test_a_single_layer_has_no_relu",
)
def keeps_the_relu_of_a_single_layer(kernels, biases):
    """Takes the ReLU for a part of the first layer, which may be the last as well."""
    layers = []
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
    if len(kernels) == 1:
        return nn.Sequential(linear, nn.ReLU())
    return nn.Sequential(*layers[1:])


@fails(
    "test_takes_any_floating_point_array",
    "test_shares_no_memory_with_the_arrays",
)
def shares_memory_with_the_arrays(kernels, biases):
    """`from_numpy` copies nothing: whoever changes the arrays changes the network."""
    layers = []
    width = kernels[0].shape[0]
    for kernel, bias in zip(kernels, biases, strict=True):
        if kernel.shape[0] != width:
            raise ValueError(f"kernel {kernel.shape} does not take {width} inputs")
        width = kernel.shape[1]
        if bias.shape != (width,):
            raise ValueError(f"bias {bias.shape} does not fit kernel {kernel.shape}")
        linear = nn.Linear(*kernel.shape, device="meta")
        linear.weight = nn.Parameter(torch.from_numpy(kernel.T).float())
        linear.bias = nn.Parameter(torch.from_numpy(bias).float())
        layers += [nn.ReLU(), linear]
    return nn.Sequential(*layers[1:])


@fails("test_shares_no_memory_with_the_arrays")
def trusts_the_transpose_to_copy(kernels, biases):
    """`ascontiguousarray` copies only what is not contiguous. In Fortran order the
    transpose is."""
    layers = []
    width = kernels[0].shape[0]
    for kernel, bias in zip(kernels, biases, strict=True):
        if kernel.shape[0] != width:
            raise ValueError(f"kernel {kernel.shape} does not take {width} inputs")
        width = kernel.shape[1]
        if bias.shape != (width,):
            raise ValueError(f"bias {bias.shape} does not fit kernel {kernel.shape}")
        linear = nn.Linear(*kernel.shape, device="meta")
        weight = np.ascontiguousarray(kernel.T, dtype=np.float32)
        linear.weight = nn.Parameter(torch.from_numpy(weight))
        linear.bias = _parameter(bias)
        layers += [nn.ReLU(), linear]
    return nn.Sequential(*layers[1:])


@fails(
    "test_takes_any_floating_point_array",
    "test_is_float32_whatever_the_arrays_are",
)
def keeps_the_dtype_of_the_arrays(kernels, biases):
    """NumPy's float64 becomes a network that refuses float32 inputs."""
    layers = []
    width = kernels[0].shape[0]
    for kernel, bias in zip(kernels, biases, strict=True):
        if kernel.shape[0] != width:
            raise ValueError(f"kernel {kernel.shape} does not take {width} inputs")
        width = kernel.shape[1]
        if bias.shape != (width,):
            raise ValueError(f"bias {bias.shape} does not fit kernel {kernel.shape}")
        linear = nn.Linear(*kernel.shape, device="meta")
        linear.weight = nn.Parameter(torch.tensor(kernel.T))
        linear.bias = nn.Parameter(torch.tensor(bias))
        layers += [nn.ReLU(), linear]
    return nn.Sequential(*layers[1:])


@fails(
    "test_refuses_shapes_that_do_not_chain",
)
def checks_no_shapes(kernels, biases):
    """`zip` drops layers, a bias of one is stretched, and the rest fails later."""
    layers = []
    for kernel, bias in zip(kernels, biases, strict=False):
        linear = nn.Linear(*kernel.shape, device="meta")
        linear.weight = _parameter(kernel.T)
        linear.bias = _parameter(bias)
        layers += [nn.ReLU(), linear]
    return nn.Sequential(*layers[1:])


@fails(
    "test_refuses_shapes_that_do_not_chain",
)
def checks_no_biases(kernels, biases):
    """A bias of one number is stretched over all outputs, and nobody notices."""
    layers = []
    width = kernels[0].shape[0]
    for kernel, bias in zip(kernels, biases, strict=True):
        if kernel.shape[0] != width:
            raise ValueError(f"kernel {kernel.shape} does not take {width} inputs")
        width = kernel.shape[1]
        linear = nn.Linear(*kernel.shape, device="meta")
        linear.weight = _parameter(kernel.T)
        linear.bias = _parameter(bias)
        layers += [nn.ReLU(), linear]
    return nn.Sequential(*layers[1:])


@fails(
    "test_works_on_the_last_axis",
    "test_is_float32_whatever_the_arrays_are",
    "test_the_weights_can_be_trained",
)
def wraps_functions_for_layers(kernels, biases):
    """The outputs are right, on one batch; there is nothing to train or to save."""

    class Dense(nn.Module):
        def __init__(self, kernel, bias):
            super().__init__()
            self.kernel = _parameter(kernel).detach()
            self.bias = _parameter(bias).detach()

        def forward(self, x):
            return torch.addmm(self.bias, x, self.kernel)

    layers = []
    width = kernels[0].shape[0]
    for kernel, bias in zip(kernels, biases, strict=True):
        if kernel.shape[0] != width or bias.shape != (kernel.shape[1],):
            raise ValueError("the shapes do not chain")
        width = kernel.shape[1]
        layers += [Dense(kernel, bias), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


@fails("test_takes_any_floating_point_array")
def hands_the_arrays_to_torch(kernels, biases):
    """A reversed view or a big-endian file raises instead of being copied."""
    layers = []
    width = kernels[0].shape[0]
    for kernel, bias in zip(kernels, biases, strict=True):
        if kernel.shape[0] != width:
            raise ValueError(f"kernel {kernel.shape} does not take {width} inputs")
        width = kernel.shape[1]
        if bias.shape != (width,):
            raise ValueError(f"bias {bias.shape} does not fit kernel {kernel.shape}")
        linear = nn.Linear(*kernel.shape, device="meta")
        linear.weight = nn.Parameter(torch.tensor(kernel.T, dtype=torch.float32))
        linear.bias = nn.Parameter(torch.tensor(bias, dtype=torch.float32))
        layers += [nn.ReLU(), linear]
    return nn.Sequential(*layers[1:])
