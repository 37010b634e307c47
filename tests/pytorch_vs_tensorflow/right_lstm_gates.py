"""Other right answers to pytorch_vs_tensorflow/lstm_gates."""

import numpy as np
import torch
from torch import nn

SUFFIXES = "l0", "l0_reverse"


class loads_a_state_dict:
    """`load_state_dict` compares each name and shape, so little is left to check; its
    `RuntimeError` becomes the `ValueError` that was asked for. The last output is cut
    from all outputs, where each direction ends at another end of the text."""

    def port_lstm(weights):
        if len(weights) not in (3, 6):
            raise ValueError("an LSTM has three arrays, a bidirectional one six")
        state = {}
        for place, array in enumerate(weights):
            name = ("weight_ih", "weight_hh", "bias_ih")[place % 3]
            suffix = SUFFIXES[place // 3]
            state[f"{name}_{suffix}"] = torch.tensor(array).T
            if name == "bias_ih":
                state[f"bias_hh_{suffix}"] = torch.zeros(len(array))
        lstm = nn.LSTM(
            weights[0].shape[0],
            weights[1].shape[0],
            batch_first=True,
            bidirectional=len(weights) == 6,
        ).to(state["weight_ih_l0"].dtype)
        try:
            lstm.load_state_dict(state)
        except RuntimeError as error:
            raise ValueError("the arrays do not fit each other") from error
        for name, parameter in lstm.named_parameters():
            parameter.requires_grad = not name.startswith("bias_hh")
        return lstm

    def last_output(lstm, x):
        outputs, _ = lstm(x)
        units = lstm.hidden_size
        if not lstm.bidirectional:
            return outputs[:, -1]
        return torch.cat([outputs[:, -1, :units], outputs[:, 0, units:]], dim=1)


class replaces_the_parameters:
    """Each parameter is made of its array anew, so no dtype has to be named and nothing
    can be stretched. The parameters that the constructor made are thrown away, and so
    is, on a GPU, the one block of memory that they were in."""

    def port_lstm(weights):
        sizes = [len(weights[0]), len(weights[1])] if len(weights) in (3, 6) else None
        if sizes is None:
            raise ValueError("three arrays or six")
        width = 4 * sizes[1]
        fits = [(sizes[0], width), (sizes[1], width), (width,)] * (len(weights) // 3)
        if any(array.shape != fit for array, fit in zip(weights, fits, strict=True)):
            raise ValueError(f"the shapes should be {fits}")
        both = len(weights) == 6
        lstm = nn.LSTM(*sizes, batch_first=True, bidirectional=both)
        for suffix in SUFFIXES[: 1 + both]:
            kernel, recurrent, bias, *weights = weights
            setattr(lstm, f"weight_ih_{suffix}", _parameter(kernel.T))
            setattr(lstm, f"weight_hh_{suffix}", _parameter(recurrent.T))
            setattr(lstm, f"bias_ih_{suffix}", _parameter(bias))
            frozen = _parameter(0 * bias).requires_grad_(False)
            setattr(lstm, f"bias_hh_{suffix}", frozen)
        return lstm

    def last_output(lstm, x):
        hidden = lstm(x)[1][0]
        return hidden.transpose(0, 1).flatten(1)


def _parameter(array):
    return nn.Parameter(torch.tensor(np.ascontiguousarray(array)))


class shares_the_step_between_the_biases:
    """Half of the bias in each, and a hook that halves each gradient: both biases are
    trained, and their sum moves as one. It is right for SGD alone, since Adam divides
    the half out again, and the hooks are not saved with the weights."""

    def port_lstm(weights):
        if len(weights) % 3 or not 3 <= len(weights) <= 6:
            raise ValueError(f"{len(weights)} arrays are no LSTM")
        size, units = weights[0].shape[0], weights[1].shape[0]
        lstm = nn.LSTM(size, units, 1, True, True, 0.0, len(weights) == 6)
        lstm = lstm.to(torch.from_numpy(weights[0]).dtype)
        names = ["weight_ih", "weight_hh", "bias_ih"] * 2
        for place, array in enumerate(weights):
            end = SUFFIXES[place // 3]
            parameter = getattr(lstm, f"{names[place]}_{end}")
            if parameter.shape != array.shape[::-1]:
                raise ValueError(f"array {place} has the shape {array.shape}")
            if array.ndim == 2:
                parameter.data.copy_(torch.from_numpy(array.T))
                continue
            for bias in (parameter, getattr(lstm, f"bias_hh_{end}")):
                bias.data.copy_(torch.from_numpy(array) / 2)
                bias.register_hook(lambda gradient: gradient / 2)
        return lstm
