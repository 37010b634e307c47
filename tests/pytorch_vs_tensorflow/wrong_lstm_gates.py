"""Near misses of pytorch_vs_tensorflow/lstm_gates."""

import numpy as np
import torch
from torch import nn

from backprep.testing import fails


def _checked(weights):
    if len(weights) not in (3, 6):
        raise ValueError(f"{len(weights)} arrays")
    layers = [weights[:3], weights[3:]][: len(weights) // 3]
    size, units = len(weights[0]), len(weights[1])
    for kernel, recurrent, bias in layers:
        fits = kernel.shape == (size, 4 * units) and bias.shape == (4 * units,)
        if not fits or recurrent.shape != (units, 4 * units):
            raise ValueError("the shapes do not fit each other")
    return layers


def _turned(array):
    return array.T


def _port(
    weights,
    *,
    layers=None,
    kernel_as=_turned,
    matrix_as=_turned,
    gates_as=lambda array: array,
    second=np.zeros_like,
    trained=False,
    batch_first=True,
):
    """The port, with the parts in which the near misses differ."""
    layers = layers or _checked(weights)
    lstm = nn.LSTM(
        len(weights[0]),
        len(weights[1]),
        batch_first=batch_first,
        bidirectional=len(layers) == 2,
        dtype=torch.from_numpy(weights[0]).dtype,
    )
    for parameters, arrays in zip(lstm.all_weights, layers, strict=True):
        kernel, recurrent, bias = map(gates_as, arrays)
        with torch.no_grad():
            parameters[0].copy_(torch.from_numpy(kernel_as(kernel)))
            parameters[1].copy_(torch.from_numpy(matrix_as(recurrent)))
            parameters[2].copy_(torch.from_numpy(bias))
            if second is not None:
                parameters[3].copy_(torch.from_numpy(second(bias)))
        parameters[3].requires_grad_(trained)
    return lstm


@fails(
    "test_gives_what_keras_gave",
    "test_every_gate_is_in_its_place",
    "test_every_matrix_is_the_right_way_round",
    "test_the_bias_is_added_once",
    "test_the_last_output_of_each_direction",
    "test_a_step_moves_it_as_it_moves_keras",
)
class reorders_the_gates:
    """Cell and output change places, on the word of a blog: both had one order."""

    def port_lstm(weights):
        def swapped(array):
            i, f, g, o = np.split(array, 4, axis=-1)
            return np.concatenate([i, f, o, g], axis=-1)

        return _port(weights, gates_as=swapped)


@fails(
    "test_gives_what_keras_gave",
    "test_every_gate_is_in_its_place",
    "test_every_matrix_is_the_right_way_round",
    "test_the_bias_is_added_once",
    "test_the_last_output_of_each_direction",
    "test_a_step_moves_it_as_it_moves_keras",
)
class copies_the_bias_to_both:
    """PyTorch adds the two, so every gate is shifted by its bias once more."""

    def port_lstm(weights):
        return _port(weights, second=np.copy)


@fails(
    "test_gives_what_keras_gave",
    "test_every_gate_is_in_its_place",
    "test_every_matrix_is_the_right_way_round",
    "test_the_bias_is_added_once",
    "test_the_last_output_of_each_direction",
    "test_a_step_moves_it_as_it_moves_keras",
)
class leaves_the_second_bias_as_it_was_drawn:
    """Keras has no array for it, so it stays random, and each run differs."""

    def port_lstm(weights):
        return _port(weights, second=None)


@fails("test_a_step_moves_it_as_it_moves_keras")
class trains_both_biases:
    """Each takes the whole step, so their sum moves twice as far as Keras's bias."""

    def port_lstm(weights):
        return _port(weights, trained=True)


@fails(
    "test_gives_what_keras_gave",
    "test_every_matrix_is_the_right_way_round",
    "test_the_last_output_of_each_direction",
    "test_a_step_moves_it_as_it_moves_keras",
)
class reshapes_the_matrices:
    """The shapes fit and the numbers are shuffled."""

    def port_lstm(weights):
        def reshaped(array):
            return array.reshape(array.shape[::-1])

        return _port(weights, kernel_as=reshaped, matrix_as=reshaped)


@fails("test_every_matrix_is_the_right_way_round")
class transposes_only_when_it_must:
    """With four times as many inputs as units the kernel is square, and fits as is."""

    def port_lstm(weights):
        def turned(array):
            return array if array.shape[0] == array.shape[1] else array.T

        return _port(weights, kernel_as=turned)


@fails(
    "test_gives_what_keras_gave",
    "test_every_gate_is_in_its_place",
    "test_every_matrix_is_the_right_way_round",
    "test_a_step_moves_it_as_it_moves_keras",
)
class forgets_batch_first:
    """Texts become steps and steps texts; the shape of the output is the right one."""

    def port_lstm(weights):
        return _port(weights, batch_first=False)

    def last_output(lstm, x):
        _, (hidden, _) = lstm(x.transpose(0, 1))
        return torch.cat(list(hidden), dim=-1)


@fails("test_the_last_output_of_each_direction")
class takes_the_output_of_the_last_step:
    """There the backward direction has read one step of the text, and no more."""

    def last_output(lstm, x):
        return lstm(x)[0][:, -1]


@fails(
    "test_gives_what_keras_gave",
    "test_the_last_output_of_each_direction",
    "test_a_step_moves_it_as_it_moves_keras",
)
class loads_the_forward_layer_twice:
    """Both directions compute with one set of weights, and no shape objects."""

    def port_lstm(weights):
        layers = _checked(weights)
        return _port(weights, layers=[layers[0]] * len(layers))


@fails("test_shares_no_memory_with_the_arrays")
class shares_memory_with_the_arrays:
    """`from_numpy` copies nothing, a transpose neither: training changes the arrays."""

    def port_lstm(weights):
        lstm = _port(weights)
        for name, parameter in lstm.named_parameters():
            place = 3 * name.endswith("reverse")
            if name.startswith("weight"):
                array = weights[place + name.startswith("weight_hh")]
                parameter.data = torch.from_numpy(array.T)
        return lstm


@fails("test_refuses_arrays_that_do_not_fit")
class checks_no_shapes:
    """A bias of one number is stretched over four gates, and six arrays of two sizes
    fail with another error than the one that was asked for."""

    def port_lstm(weights):
        layers = [weights[:3], weights[3:]][: max(1, len(weights) // 3)]
        return _port(weights, layers=layers)


@fails("test_keeps_the_dtype_of_the_arrays")
class is_float32_whatever_the_arrays_are:
    """A model in double precision gets a layer that refuses its inputs."""

    def port_lstm(weights):
        return _port(weights).float()
