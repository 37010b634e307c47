"""Near misses of model_building/init_weights."""

import math

import torch
from torch import nn

from backprep.testing import fails
from solutions.model_building.init_weights import init_weights


def _layers(model):
    return [m for m in model.modules() if isinstance(m, nn.Linear | nn.Conv2d)]


def _start(model, scheme, *, deviation=None, bound=None, layers=_layers):
    """The right answer, but for the deviation or the bound, by both fans."""
    if scheme not in ("kaiming", "xavier"):
        raise ValueError(scheme)
    deviation = deviation or (lambda fan_in, fan_out: math.sqrt(2 / fan_in))
    bound = bound or (lambda fan_in, fan_out: math.sqrt(6 / (fan_in + fan_out)))
    for layer in layers(model):
        fans = layer.weight[0].numel(), layer.weight[:, 0].numel()
        if scheme == "kaiming":
            layer.weight.data.normal_(0, deviation(*fans))
        else:
            layer.weight.data.uniform_(-bound(*fans), bound(*fans))
        if layer.bias is not None:
            layer.bias.data.zero_()


@fails(
    "test_kaiming_draws_from_a_normal_distribution",
    "test_a_convolution_counts_its_kernel",
    "test_a_signal_keeps_its_size_through_twenty_layers",
)
def forgets_what_the_relu_takes(model, scheme="kaiming"):
    """Half of the mean square is lost in each layer: after twenty, a millionth is
    left."""
    _start(model, scheme, deviation=lambda fan_in, fan_out: math.sqrt(1 / fan_in))


@fails(
    "test_kaiming_draws_from_a_normal_distribution",
    "test_a_convolution_counts_its_kernel",
)
def takes_the_first_size_for_the_inputs(model, scheme="kaiming"):
    """PyTorch keeps weights as outputs by inputs. Between layers of one width nobody
    notices."""
    _start(model, scheme, deviation=lambda fan_in, fan_out: math.sqrt(2 / fan_out))


@fails(
    "test_kaiming_draws_from_a_normal_distribution",
    "test_a_convolution_counts_its_kernel",
    "test_a_signal_keeps_its_size_through_twenty_layers",
)
def takes_the_variance_for_the_deviation(model, scheme="kaiming"):
    """`normal_` wants the root of it: the signal is gone after a few layers."""
    _start(model, scheme, deviation=lambda fan_in, fan_out: 2 / fan_in)


@fails(
    "test_xavier_fills_an_interval",
    "test_a_convolution_counts_its_kernel",
    "test_a_signal_keeps_its_size_through_twenty_layers",
)
def takes_the_deviation_for_the_bound(model, scheme="kaiming"):
    """A uniform distribution with this bound has a third of the variance."""
    _start(
        model, scheme, bound=lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))
    )


@fails("test_a_convolution_counts_its_kernel")
def counts_channels_alone(model, scheme="kaiming"):
    """Each output of a 3 by 3 kernel adds up nine times as many products: convolutions
    blow the signal up threefold."""
    init_weights(model, scheme)
    for layer in _layers(model):
        layer.weight.data.mul_(math.sqrt(layer.weight[0, 0].numel()))


@fails("test_a_signal_keeps_its_size_through_twenty_layers")
def looks_one_level_deep(model, scheme="kaiming"):
    """Layers inside of blocks keep what PyTorch gave them."""
    _start(model, scheme, layers=lambda model: _layers_of([model, *model.children()]))


def _layers_of(modules):
    return [m for m in modules if isinstance(m, nn.Linear | nn.Conv2d)]


@fails("test_biases_become_zero")
def leaves_the_biases_alone(model, scheme="kaiming"):
    """They keep the numbers that PyTorch drew for them."""
    biases = [(m.bias, m.bias.clone()) for m in _layers(model) if m.bias is not None]
    init_weights(model, scheme)
    for bias, before in biases:
        bias.data.copy_(before)


@fails("test_everything_else_stays")
def goes_by_the_number_of_dimensions(model, scheme="kaiming"):
    """What has one dimension is taken for a bias: normalisation layers begin at zero,
    and let nothing through."""
    init_weights(model, scheme)
    for parameter in model.parameters():
        if parameter.ndim == 1:
            parameter.data.zero_()


@fails("test_changes_the_parameters_in_place")
def makes_new_parameters(model, scheme="kaiming"):
    """An optimizer made before trains tensors that no layer uses any more."""
    init_weights(model, scheme)
    for layer in _layers(model):
        layer.weight = nn.Parameter(layer.weight.detach().clone())


@fails("test_every_draw_is_new")
def seeds_the_random_numbers(model, scheme="kaiming"):
    """Every run is the same run, and so is all randomness that comes after it."""
    torch.manual_seed(0)
    init_weights(model, scheme)


@fails("test_refuses_an_unknown_scheme")
def takes_any_other_name_for_xavier(model, scheme="kaiming"):
    """A slip of the pen trains for a week with the wrong weights."""
    init_weights(model, "kaiming" if scheme == "kaiming" else "xavier")


@fails("test_computes_the_variances_itself")
def calls_pytorchs_initialisers(model, scheme="kaiming"):
    """Right, and the way to do it at work; the formula stays in the dark."""
    if scheme not in ("kaiming", "xavier"):
        raise ValueError(scheme)
    for layer in _layers(model):
        if scheme == "kaiming":
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        else:
            nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
