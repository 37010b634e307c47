import numpy as np
import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.pytorch_vs_tensorflow.lstm_gates import last_output, port_lstm

# two layers, and what Keras 3.15 made of two texts of four steps
FORWARD = [
    [
        [-0.8, -1.3, -0.2, 0.4, 1.1, 0.1, -0.6, -0.8],
        [0.7, 1.6, 0.3, -1.2, -1.0, 1.6, 0.2, -1.7],
        [-0.1, -1.2, -0.6, -0.5, -0.7, 0.6, -0.1, -0.6],
    ],
    [
        [0.4, 0.8, -1.6, -0.3, -1.0, -0.2, -1.3, 0.0],
        [0.0, -0.3, -1.0, -0.4, -1.1, -1.4, 0.2, -1.1],
    ],
    [1.2, 0.7, -2.0, 0.3, -1.1, 0.0, 0.0, -2.0],
]
BACKWARD = [
    [
        [-0.2, -0.3, 1.0, -1.2, 0.7, -1.1, -0.3, -0.8],
        [1.4, 0.6, 2.4, 0.6, 0.8, 0.8, -0.6, -0.1],
        [1.4, -0.4, 0.2, 0.0, 0.6, -0.4, -0.2, 0.2],
    ],
    [
        [0.1, -0.9, 0.9, -1.3, -1.2, -1.3, 1.0, -0.4],
        [-1.0, -1.1, 0.4, -1.1, -1.3, 0.6, -1.2, -0.3],
    ],
    [0.0, -0.4, -0.1, 1.3, -0.5, -1.3, -1.8, -0.2],
]
X = [
    [[-0.4, 0.3, -0.5], [-0.5, -0.7, -0.5], [0.2, -0.4, 0.1], [1.9, 0.5, -1.6]],
    [[1.7, 0.3, -0.9], [0.9, 0.0, -0.6], [-0.6, -1.0, 0.0], [1.1, -0.3, 0.4]],
]
OUTPUTS = [
    [
        [-0.380512, 0.016504, -0.045245, -0.449563],
        [-0.223805, -0.200655, -0.057503, -0.417566],
        [-0.06331, -0.083981, -0.032513, -0.248361],
        [0.136672, -0.007516, 0.002934, -0.049438],
    ],
    [
        [0.119234, 0.001938, 0.010082, -0.100263],
        [0.058446, -0.011003, -0.010712, -0.185256],
        [-0.229073, -0.273572, -0.058263, -0.273943],
        [0.082705, -0.031811, 0.014612, -0.068328],
    ],
]
LAST = [
    [0.136672, -0.007516, -0.045245, -0.449563],
    [0.082705, -0.031811, 0.010082, -0.100263],
]


def arrays(weights, dtype=np.float32):
    return [np.array(values, dtype=dtype) for values in weights]


def random_weights(size, units, directions=1, dtype=np.float32):
    shapes = [(size, 4 * units), (units, 4 * units), (4 * units,)] * directions
    return [np.random.randn(*shape).astype(dtype) for shape in shapes]


def keras_lstm(x, kernel, recurrent, bias):
    """What Keras computes, step by step."""
    h = c = x.new_zeros(len(x), len(recurrent))
    outputs = []
    for t in range(x.shape[1]):
        gates = x[:, t] @ kernel + h @ recurrent + bias
        i, f, g, o = gates.chunk(4, dim=-1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h)
    return torch.stack(outputs, dim=1)


@prompt_says(
    "it gives as its first result what the Keras layer gives with "
    "`return_sequences=True`, to 1e-5",
)
@pytest.mark.parametrize("directions", [1, 2])
def test_gives_what_keras_gave(directions):
    """This is the proof of a port: the same text, and the numbers of a real run."""
    lstm = port_lstm(arrays([*FORWARD, *BACKWARD][: 3 * directions]))
    assert isinstance(lstm, nn.LSTM), f"got {type(lstm).__name__}, not an nn.LSTM"
    wanted = torch.tensor(OUTPUTS)[..., : 2 * directions]
    assert_close(lstm(torch.tensor(X))[0], wanted, rtol=0, atol=1e-5)


@prompt_says(
    "In the last axis stand the gates, `units` numbers each: input, forget, cell, "
    "output.",
)
def test_every_gate_is_in_its_place():
    """Open one gate, close another: does the cell still do what Keras's does?"""
    shut, opened, half = -30.0, 30.0, 0.5
    gates = {
        "input": [shut, shut, half, opened],
        "forget": [opened, shut, half, opened],
        "cell": [opened, opened, half, opened],
        "output": [opened, opened, half, shut],
    }
    seen, wanted, x = {}, {}, torch.zeros(1, 2, 1)
    for name, bias in gates.items():
        weights = arrays([np.zeros((1, 4)), np.zeros((1, 4)), bias])
        seen[name] = port_lstm(weights)(x)[0].flatten()
        wanted[name] = keras_lstm(x, *map(torch.tensor, weights)).flatten()
    wrong = {
        n: seen[n].tolist() for n in seen if (seen[n] - wanted[n]).abs().max() > 1e-5
    }
    assert not wrong, f"by the biases of a gate alone two steps gave {wrong}"


@prompt_says(
    "Keras computes `x @ kernel + h @ recurrent + bias`, and starts from states of "
    "zeros.",
    "it gives as its first result what the Keras layer gives with "
    "`return_sequences=True`, to 1e-5",
)
@pytest.mark.parametrize("sizes", [(5, 1), (8, 2), (3, 4)], ids=str)
def test_every_matrix_is_the_right_way_round(sizes):
    """Some shapes fit both ways, and a reshape always fits. What is a row there?"""
    weights, x = random_weights(*sizes), torch.randn(2, 5, sizes[0])
    wanted = keras_lstm(x, *map(torch.tensor, weights))
    assert_close(port_lstm(weights)(x)[0], wanted, rtol=0, atol=1e-5)


@prompt_says("Keras computes `x @ kernel + h @ recurrent + bias`")
def test_the_bias_is_added_once():
    """PyTorch adds two biases to every gate. What must they come to?"""
    weights = random_weights(3, 2)
    lstm = port_lstm(weights)
    biases = lstm.bias_ih_l0.tolist(), lstm.bias_hh_l0.tolist()
    off = np.abs(np.sum(biases, axis=0) - weights[2]).max()
    assert off < 1e-6, f"of Keras's bias {weights[2].tolist()} you made {biases}"


@prompt_says(
    "Each direction gives its output after its last step, and the backward layer "
    "begins at the end of the sequence.",
)
@pytest.mark.parametrize("directions", [1, 2])
def test_the_last_output_of_each_direction(directions):
    """Where in the text has a direction read everything?"""
    lstm = port_lstm(arrays([*FORWARD, *BACKWARD][: 3 * directions]))
    wanted = torch.tensor(LAST)[:, : 2 * directions]
    assert_close(last_output(lstm, torch.tensor(X)), wanted, rtol=0, atol=1e-5)


@prompt_says(
    "It trains on as in Keras: after a step of `torch.optim.SGD(lstm.parameters(), "
    "lr=0.1)` the outputs agree with those of the Keras layer after the same step.",
)
@pytest.mark.parametrize("directions", [1, 2])
def test_a_step_moves_it_as_it_moves_keras(directions):
    """How far does the sum of two numbers move if each of them takes the step?"""
    weights, x = random_weights(3, 2, directions), torch.randn(4, 5, 3)
    lstm = port_lstm(weights)
    leaves = [torch.tensor(array, requires_grad=True) for array in weights]
    keras_lstm(x, *leaves[:3]).square().sum().backward()
    if directions == 2:
        keras_lstm(x.flip(1), *leaves[3:]).square().sum().backward()
    lstm(x)[0].square().sum().backward()
    torch.optim.SGD(lstm.parameters(), lr=0.1).step()
    moved = [(leaf - 0.1 * leaf.grad).detach() for leaf in leaves]
    wanted = keras_lstm(x, *moved[:3])
    if directions == 2:
        backward = keras_lstm(x.flip(1), *moved[3:]).flip(1)
        wanted = torch.cat([wanted, backward], dim=-1)
    assert_close(lstm(x)[0].detach(), wanted, rtol=0, atol=1e-4)


@prompt_says(
    "The arrays are all float32 or all float64, and the parameters have their dtype.",
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_keeps_the_dtype_of_the_arrays(dtype):
    """A layer has one dtype, which is chosen when it is made."""
    lstm = port_lstm(random_weights(3, 2, directions=2, dtype=dtype))
    dtypes = {str(p.dtype) for p in lstm.parameters()}
    assert dtypes == {f"torch.{dtype.__name__}"}, f"{dtype.__name__} gave {dtypes}"


@prompt_says("The arrays are copied: training changes nothing in them.")
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("directions", [1, 2])
def test_shares_no_memory_with_the_arrays(directions, order):
    """NumPy and PyTorch can look at the same memory, and then a step changes both."""
    weights = [np.array(w, order=order) for w in random_weights(3, 2, directions)]
    before = [array.copy() for array in weights]
    lstm = port_lstm(weights)
    with torch.no_grad():
        for parameter in lstm.parameters():
            parameter.fill_(7)
    same = [np.array_equal(*pair) for pair in zip(weights, before, strict=True)]
    assert all(same), f"the arrays that stayed as they were: {same}"


@prompt_says(
    "Raise `ValueError` if there are neither three nor six arrays, or if their shapes "
    "do not fit each other",
)
@pytest.mark.parametrize(
    ("place", "shape"),
    [
        (0, (3, 4)),
        (1, (2, 4)),
        (2, (1,)),
        (2, (4,)),
        (3, (4, 8)),
        (4, (3, 12)),
        (5, (1,)),
    ],
)
def test_refuses_arrays_that_do_not_fit(place, shape):
    """`copy_` stretches what it can. Compare the shapes before you build."""
    weights = random_weights(3, 2, directions=2)
    weights[place] = np.ones(shape, np.float32)
    for kept in (weights, weights[:3]) if place < 3 else (weights,):
        with pytest.raises(ValueError):
            port_lstm(kept)
    for count in (0, 2, 4, 5):
        with pytest.raises(ValueError):
            port_lstm(random_weights(3, 2, directions=2)[:count])
