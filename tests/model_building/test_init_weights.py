import math

import pytest
import torch
from torch import nn

from backprep.testing import prompt_says
from solutions.model_building.init_weights import init_weights


def started(layer, scheme="kaiming"):
    """The weights of a layer after the call, as one vector."""
    init_weights(layer, "".join(list(scheme)))  # an equal text, and another object
    return layer.weight.detach().flatten()


def compare_deviation(weights, expected, what):
    """The standard deviation, with room for chance: some 10,000 draws or more."""
    found = weights.std().item()
    told = f"{what}: the standard deviation is {found:.4f}, not {expected:.4f}"
    assert math.isclose(found, expected, rel_tol=0.05), told


def blocks(depth=20, width=256, activation=nn.ReLU):
    """Layers that stand two levels below the model."""
    parts = [nn.Sequential(nn.Linear(width, width), activation()) for _ in range(depth)]
    return nn.Sequential(*(nn.ModuleDict({"body": part}) for part in parts))


@prompt_says(
    'With the scheme `"kaiming"` each weight is drawn from a normal distribution with '
    "mean 0 and variance `2 / fan_in`.",
    "`fan_in` is its second size and `fan_out` its first",
)
def test_kaiming_draws_from_a_normal_distribution():
    """Which size of the weight counts the products in one output?"""
    for fan_in, fan_out in ((400, 100), (100, 400)):
        weights = started(nn.Linear(fan_in, fan_out))
        deviation = math.sqrt(2 / fan_in)
        compare_deviation(weights, deviation, f"Linear({fan_in}, {fan_out})")
        assert abs(weights.mean()) < 0.03 * deviation
        far = (weights.abs() > 2 * deviation).double().mean().item()
        assert 0.035 < far < 0.06, f"{far:.1%} lie beyond two deviations, not 4.6 %"


@prompt_says(
    'With `"xavier"` it is drawn uniformly from `-bound` to `bound`, where `bound` is '
    "the square root of `6 / (fan_in + fan_out)`.",
)
def test_xavier_fills_an_interval():
    """A uniform distribution is given by its ends, not by its deviation."""
    for fan_in, fan_out in ((400, 100), (100, 400)):
        weights = started(nn.Linear(fan_in, fan_out), "xavier")
        bound, what = math.sqrt(6 / 500), f"Linear({fan_in}, {fan_out})"
        reach = weights.abs().max().item()
        told = f"{what}: the largest weight is {reach:.4f}, and the bound {bound:.4f}"
        assert 0.99 * bound < reach < 1.0001 * bound, told
        compare_deviation(weights, bound / math.sqrt(3), what)


@prompt_says(
    "each times the number of places in the kernel if the layer is a convolution. "
    "With `groups`, too, take the shape as it is.",
)
def test_a_convolution_counts_its_kernel():
    """How many products are added up in one number that a convolution gives?"""
    for sizes, groups, fan_in, fan_out in (
        ((16, 48, (3, 5)), 1, 16 * 15, 48 * 15),
        ((64, 128, 3), 4, 16 * 9, 128 * 9),
    ):
        what = f"Conv2d({', '.join(map(str, sizes))}, groups={groups})"
        layer = nn.Conv2d(*sizes, groups=groups)
        compare_deviation(started(layer), math.sqrt(2 / fan_in), f"kaiming, {what}")
        expected = math.sqrt(2 / (fan_in + fan_out))
        compare_deviation(started(layer, "xavier"), expected, f"xavier, {what}")


@prompt_says(
    "With these weights a signal keeps its size, on average, through twenty linear "
    "layers of one width",
    "It sets the weights and biases of every `nn.Linear` and `nn.Conv2d` in `model`, "
    "at any depth",
)
@pytest.mark.parametrize("scheme", ["kaiming", "xavier"])
def test_a_signal_keeps_its_size_through_twenty_layers(scheme):
    """What one layer multiplies the mean square by, twenty layers do twenty times."""
    model = blocks(activation=nn.ReLU if scheme == "kaiming" else nn.Identity)
    before = [block["body"][0].weight.clone() for block in model]
    init_weights(model, scheme)
    after = [block["body"][0].weight for block in model]
    left = sum(map(torch.equal, before, after))
    assert not left, f"the weights of {left} layers in blocks are as they were"
    signal = torch.randn(64, 256)
    with torch.no_grad():
        for block in model:
            signal = block["body"](signal)
    size = signal.square().mean().item()
    assert 0.05 < size < 20, f"a mean square of 1 has become {size:.1e}"


@prompt_says("Biases become 0. A layer may have none.")
@pytest.mark.parametrize("scheme", ["kaiming", "xavier"])
def test_biases_become_zero(scheme):
    """A bias is a shift, and there is nothing yet to make up for."""
    layers = [nn.Linear(3, 4), nn.Conv2d(2, 3, 1)]
    layers[0].bias.data.fill_(math.nan)  # what a run that diverged left
    without = nn.Linear(4, 2, bias=False)
    init_weights(nn.Sequential(*layers, without), scheme)
    for layer in layers:
        largest = layer.bias.abs().max().item()
        assert largest == 0, f"{layer} has a bias of {largest:.2f}"
    assert without.bias is None, "a layer without a bias has got one"


@prompt_says(
    "Everything else stays as it is: normalisation layers, embeddings, convolutions "
    "over one or three dimensions and transposed ones, parameters of other modules, "
    "buffers."
)
@pytest.mark.parametrize("scheme", ["kaiming", "xavier"])
def test_everything_else_stays(scheme):
    """Ask what kind of layer it is, not what shape the parameter has."""
    model = nn.Sequential(
        nn.Linear(4, 4), nn.LayerNorm(4), nn.BatchNorm2d(3), nn.Embedding(5, 4)
    )
    model.append(nn.ConvTranspose2d(3, 2, 3)).append(nn.GRU(4, 3))
    model.append(nn.Conv1d(3, 2, 3)).append(nn.Conv3d(3, 2, 1))
    model.own = nn.Parameter(torch.randn(3, 4))
    model.register_buffer("kept", torch.randn(3, 4))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.5)
    before = {n: v.clone() for n, v in model.state_dict().items() if n[:2] != "0."}
    init_weights(model, scheme)
    after = model.state_dict()
    changed = [name for name, value in before.items() if not value.equal(after[name])]
    assert not changed, f"these have changed too: {changed}"


@prompt_says(
    "The parameters are changed in place, and stay the objects that an optimizer may "
    "hold already, in the dtype they have. Each keeps its `requires_grad`, frozen or "
    "not, and nothing is recorded for a backward pass."
)
@pytest.mark.parametrize("scheme", ["kaiming", "xavier"])
def test_changes_the_parameters_in_place(scheme):
    """An optimizer that was made before must hold what the layer uses."""
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)).double()
    model[1].requires_grad_(False)
    held, frozen = list(model.parameters()), model[1].weight.clone()
    init_weights(model, scheme)
    for was, now in zip(held, model.parameters(), strict=True):
        assert was is now, "a parameter is another object than before"
        assert now.is_leaf, "a parameter is now the result of an operation"
        assert now.dtype == torch.float64, f"a float64 parameter is of {now.dtype}"
    trained = [p.requires_grad for p in held]
    assert trained == [True, True, False, False], f"`requires_grad` is {trained}"
    assert not frozen.equal(model[1].weight), "frozen weights are as they were"
    assert all(p.grad is None for p in held), "a parameter has a gradient"


@prompt_says(
    "each weight gets a draw of its own, a second call gives other weights, and after "
    "the same `torch.manual_seed` they are the same."
)
@pytest.mark.parametrize("scheme", ["kaiming", "xavier"])
def test_every_draw_is_new(scheme):
    """Seeding is the caller's: whoever seeds in here makes equal layers equal."""
    one, other = nn.Linear(6, 6), nn.Linear(6, 6)
    model = nn.Sequential(one, other)
    torch.manual_seed(3)
    init_weights(model, scheme)
    first = one.weight.detach().clone()
    different = len(torch.cat([first, other.weight]).unique())
    assert different > 66, f"72 weights have {different} different values"
    init_weights(model, scheme)
    assert not one.weight.equal(first), "two calls have given the same weights"
    torch.manual_seed(3)
    init_weights(model, scheme)
    assert one.weight.equal(first), "the same seed has given other weights"


@prompt_says(
    "A scheme of any other name raises `ValueError`, and no parameter is changed."
)
@pytest.mark.parametrize("scheme", ["he", "Kaiming", ""])
def test_refuses_an_unknown_scheme(scheme):
    """Look at the name first: whoever mistypes it should hear of it."""
    layer = nn.Linear(3, 4)
    before = [p.clone() for p in layer.parameters()]
    with pytest.raises(ValueError):
        init_weights(layer, scheme)
    assert all(map(torch.equal, before, layer.parameters())), "and has changed it first"
    try:
        init_weights(nn.ReLU(), scheme)
    except ValueError:
        return
    pytest.fail("no ValueError for a model without such layers")


@prompt_says(
    "Compute fans and variances yourself: `torch.nn.init` may fill the biases, and "
    "nothing else."
)
def test_computes_the_variances_itself(monkeypatch):
    """The formula is what was asked for."""

    def refuse(*args, **kwargs):
        raise AssertionError("your function calls an initialiser of PyTorch's")

    layer = nn.Linear(3, 4)
    for name in (
        "_calculate_fan_in_and_fan_out",
        "_no_grad_normal_",
        "_no_grad_uniform_",
        "_no_grad_trunc_normal_",
    ):
        monkeypatch.setattr(nn.init, name, refuse)
    init_weights(layer, "kaiming")
    init_weights(layer, "xavier")
    assert layer.weight.abs().max() <= math.sqrt(6 / 7)
