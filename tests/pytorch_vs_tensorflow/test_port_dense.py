import operator
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.pytorch_vs_tensorflow.port_dense import port_dense

# three Dense layers, and what Keras 3.15 made of three inputs
KERNELS = [
    [[0.5, -0.5, -0.5, -1.1], [-1.3, -1.6, 0.5, 1.1], [0.4, 0.3, 0.3, -0.1]],
    [[1.0, -0.8, 1.1], [-0.2, -0.1, -1.2], [0.1, 2.5, -0.1], [-0.4, 0.4, 1.0]],
    [[1.0, -0.7], [-1.2, -1.1], [-0.1, -2.0]],
]
BIASES = [[1.5, -0.7, -0.2, 1.6], [-1.0, 0.0, -0.7], [0.6, -0.7]]
INPUTS = [[0.3, -0.8, 1.0], [-0.5, -1.3, 0.3], [-2.1, 1.6, 0.5]]
OUTPUTS = [[2.2167, -6.2056], [1.9108, -4.2920], [-7.9716, -17.6028]]


def arrays(rows, dtype=np.float32):
    return [np.array(row, dtype=dtype) for row in rows]


def random_stack(*widths, dtype=np.float32):
    kernels = [np.random.randn(*pair) for pair in pairwise(widths)]
    biases = [np.random.randn(width) for width in widths[1:]]
    return arrays(kernels, dtype), arrays(biases, dtype)


def expected(kernels, biases, x):
    """What Keras computes, layer by layer."""
    y = x.numpy().astype(np.float64)
    for i, (kernel, bias) in enumerate(zip(kernels, biases, strict=True)):
        y = (np.maximum(y, 0) if i else y) @ np.float64(kernel) + np.float64(bias)
    return torch.tensor(y, dtype=torch.float32)


@prompt_says(
    "the outputs agree with Keras to 1e-5",
    "returns the same network as an `nn.Sequential`",
)
def test_gives_what_keras_gave():
    """Each layer must do what its Dense does: which way round is each matrix kept?"""
    kernels, biases = arrays(KERNELS), arrays(BIASES)
    model = port_dense(kernels, biases)
    assert_close(model(torch.tensor(INPUTS)), torch.tensor(OUTPUTS))
    assert len(kernels) == len(biases) == 3, "your function changed the lists"


@prompt_says(
    "the outputs agree with Keras to 1e-5",
)
@pytest.mark.parametrize("width", [2, 5])
def test_reads_a_square_kernel_the_right_way_round(width):
    """A square kernel fits both ways round, and only one of them is right."""
    kernels, biases = random_stack(width, width, width)
    x = torch.randn(7, width)
    wanted = expected(kernels, biases, x)
    assert_close(port_dense(kernels, biases)(x), wanted, atol=1e-5, rtol=1e-5)


@prompt_says(
    "every layer but the last has the activation `relu`; the last has none",
)
@pytest.mark.parametrize("widths", [(3, 5, 4), (3, 5, 4, 2), (3, 5, 6, 4, 2)])
def test_has_a_relu_between_layers_and_none_at_the_end(widths):
    """Hidden values below zero become zero; an output below zero stays."""
    kernels, biases = random_stack(*widths)
    x = torch.randn(50, 3)
    wanted = expected(kernels, biases, x)
    assert_close(port_dense(kernels, biases)(x), wanted, atol=1e-5, rtol=1e-5)


@prompt_says(
    "A stack of one layer has no ReLU at all.",
)
def test_a_single_layer_has_no_relu():
    """One layer is the last one, and the last one has no activation."""
    model = port_dense(arrays([[[2.0, -1.0]]]), arrays([[0.5, 0.0]]))
    assert_close(model(torch.tensor([[-3.0]])), torch.tensor([[-5.5, 3.0]]))


@prompt_says(
    "NumPy arrays of any of NumPy's own floating point types, in either byte order, "
    "with any strides",
)
@pytest.mark.parametrize(
    "kind",
    [
        lambda array: array.astype(np.longdouble),
        lambda array: array.astype(">f4"),
        lambda array: array[::-1].copy()[::-1],
    ],
    ids=["longdouble", "big-endian", "reversed"],
)
def test_takes_any_floating_point_array(kind):
    """PyTorch takes few of NumPy's types, and no negative strides: NumPy can copy."""
    kernels, biases = (
        [kind(array) for array in part] for part in random_stack(3, 4, 2)
    )
    x = torch.randn(7, 3)
    wanted = expected(kernels, biases, x)
    assert_close(port_dense(kernels, biases)(x), wanted, atol=1e-5, rtol=1e-5)


@prompt_says(
    "For float32 inputs `[batch, in]` and `[batch, time, in]`",
    "the outputs agree with Keras to 1e-5",
)
def test_works_on_the_last_axis():
    """A Dense layer works on the last axis, whatever comes before it."""
    kernels, biases = random_stack(3, 4, 2)
    x = torch.randn(2, 5, 3)
    wanted = expected(kernels, biases, x)
    assert_close(port_dense(kernels, biases)(x), wanted, atol=1e-5, rtol=1e-5)


@prompt_says(
    "The parameters are float32, whatever the arrays are.",
    "The lists are left as they were.",
)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_is_float32_whatever_the_arrays_are(dtype):
    """NumPy makes float64 unless told otherwise: name the dtype you want."""
    lists = random_stack(3, 4, 2, dtype=dtype)
    before = [list(arrays) for arrays in lists]
    model = port_dense(*lists)
    dtypes = {p.dtype for p in model.parameters()}
    assert dtypes == {torch.float32}, f"{dtype.__name__} arrays gave {dtypes}"
    assert model(torch.ones(1, 3)).dtype == torch.float32
    for old, new in zip(before, lists, strict=True):
        same = len(old) == len(new) and all(map(operator.is_, old, new))
        assert same, "your function put something else into the lists"


@prompt_says(
    "changing them later changes nothing in the network, and training the network "
    "changes nothing in them",
)
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shares_no_memory_with_the_arrays(dtype, order):
    """Some ways from an array to a tensor share its memory: copy instead."""
    kernels, biases = random_stack(3, 4, 2, dtype=dtype)
    kernels = [np.array(kernel, order=order) for kernel in kernels]
    model = port_dense(kernels, biases)
    before = [p.detach().clone() for p in model.parameters()]
    for array in [*kernels, *biases]:
        array.fill(7)
    assert_close([p.detach() for p in model.parameters()], before)
    torch.nn.utils.vector_to_parameters(torch.zeros(26), model.parameters())
    same = all((a == 7).all() for a in [*kernels, *biases])
    assert same, "changing the network changed the arrays that it was made from"


@prompt_says(
    "There is one parameter for each array, and all of them can be trained.",
    "returns the same network as an `nn.Sequential`",
)
def test_the_weights_can_be_trained():
    """The arrays become parameters of the network, and every one gets a gradient."""
    kernels, biases = random_stack(3, 300, 2)
    wanted = sorted(a.size for a in [*kernels, *biases])
    model = port_dense(kernels, biases)
    assert isinstance(model, nn.Sequential), (
        f"got {type(model).__name__}, not an nn.Sequential"
    )
    sizes = sorted(p.numel() for p in model.parameters())
    assert sizes == wanted, f"parameters of {sizes} numbers for arrays of {wanted}"
    model(torch.randn(50, 3)).square().sum().backward()
    assert all(p.grad is not None for p in model.parameters()), "one got no gradient"


MISFITS = [
    ([(3, 4), (3, 2)], [4, 2]),
    ([(2, 4), (4, 3), (4, 2)], [4, 3, 2]),
    *(
        ([(3, 4), (4, 2)], widths)
        for widths in ([4], [1, 2], [4, 1], [4, 3], [4, 2, 2], [3, 2])
    ),
]


@prompt_says(
    "Raise `ValueError` when the shapes do not chain: a kernel that does not take what "
    "the layer before it gives, a bias that does not fit its kernel, or lists of "
    "different lengths.",
)
def test_refuses_shapes_that_do_not_chain():
    """Each layer takes what the one before it gives, and adds one number for each
    output; nothing is stretched or left out. Say so before it is run."""
    accepted = []
    for shapes, widths in MISFITS:
        kernels = [np.ones(shape, np.float32) for shape in shapes]
        biases = [np.ones(width, np.float32) for width in widths]
        try:
            port_dense(kernels, biases)
        except ValueError:
            continue
        accepted.append(f"kernels {shapes} with biases of {widths}")
    assert not accepted, f"no ValueError for {'; '.join(accepted)}"
