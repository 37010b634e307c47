import copy

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.train_vs_eval.mc_dropout import mc_dropout


class Notes(list):
    """A copy of a model writes to the same notes."""

    def __deepcopy__(self, memo):
        return self


class Spy(nn.Module):
    """Passes on what comes out of its layers, and notes it with its own mode."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.outputs, self.modes, self.recorded = Notes(), Notes(), Notes()

    def forward(self, x):
        y = self.layers(x)
        self.outputs.append(y.detach())
        self.modes.append(self.training)
        self.recorded.append(y.requires_grad)
        return y


class Halves(nn.Dropout):
    """A dropout of somebody's own."""

    def __init__(self):
        super().__init__(0.5)


KINDS = {
    "Dropout": (nn.Dropout(), (2, 6, 4)),
    "Dropout1d": (nn.Dropout1d(), (2, 24, 1)),
    "Dropout2d": (nn.Dropout2d(), (2, 24, 1, 1)),
    "Dropout3d": (nn.Dropout3d(), (2, 24, 1, 1, 1)),
    "AlphaDropout": (nn.AlphaDropout(), (2, 24)),
    "FeatureAlphaDropout": (nn.FeatureAlphaDropout(), (2, 24, 1)),
    "a class derived from Dropout": (Halves(), (2, 24)),
}


def modes(model):
    return {name or "the model": part.training for name, part in model.named_modules()}


def mixed_model(*layers):
    """In training mode, with frozen parts, and a dropout that is used in two places."""
    shared = nn.Dropout()
    frozen = nn.Sequential(nn.BatchNorm1d(4), nn.Dropout(), shared, *layers).eval()
    shared.train()
    return nn.Sequential(nn.Linear(4, 4), shared, frozen)


@prompt_says(
    "Each pass turns them into probabilities by a softmax.",
    "`mean` is the mean of these probabilities over the passes, and `spread` their "
    "standard deviation over the passes, for each example and class. It is the "
    "sample's: the sum of squares is divided by `passes - 1`.",
    "agree with the formulas to 1e-5",
    "Each example goes through the model exactly `passes` times",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("passes", [2, 7])
def test_gives_mean_and_deviation_of_the_probabilities(passes, dtype):
    """Which comes first, the softmax or the mean? And how many draws are a sample?"""
    model = Spy(nn.Dropout(), nn.Linear(8, 3)).to(dtype)
    mean, spread = mc_dropout(model, 3 * torch.ones(1, 8, dtype=dtype), passes)
    logits = torch.cat(model.outputs)
    assert len(logits) == passes, f"{passes} passes ran the example {len(logits)} times"
    draws = [row.softmax(0) for row in logits]
    centre = sum(draws) / passes
    squares = sum((draw - centre) ** 2 for draw in draws)
    for name, value, expected in (
        ("mean", mean, centre),
        ("spread", spread, (squares / (passes - 1)).sqrt()),
    ):
        assert_close(
            value, expected[None], rtol=0, atol=1e-5, msg=f"{name}: {{}}".format
        )


@prompt_says(
    "The model gives logits, with the classes in the last dimension and the examples "
    "of `x` in the first.",
    "for each example and class",
    "Both have the shape and dtype of the logits",
)
@pytest.mark.parametrize("shape", [(3, 4), (1, 4), (2, 3, 4)], ids=str)
def test_keeps_examples_apart(shape):
    """Without a dropout all passes agree, however much the examples differ."""
    x = 5 * torch.randn(shape)
    mean, spread = mc_dropout(nn.Sequential(nn.Identity()), x, 3)
    seen = tuple(mean.shape), tuple(spread.shape)
    assert seen == (shape, shape), f"for logits of {shape} the shapes are {seen}"
    assert_close(mean, x.softmax(-1))
    assert_close(spread, torch.zeros(shape))


@prompt_says("Each drops with its own `p`.")
@pytest.mark.parametrize("p", [0.0, 1.0])
def test_leaves_each_layer_its_p(p):
    """How much is dropped was decided in training; switch it on and no more."""
    x = 5 * torch.randn(1, 4)
    mean, spread = mc_dropout(nn.Sequential(nn.Dropout(p)), x, 4)
    assert_close(mean, ((1 - p) * x).softmax(-1))
    assert_close(spread, torch.zeros(1, 4))


@prompt_says(
    "Every dropout layer of PyTorch's drops, wherever it is in the model and whatever "
    "its mode was: `nn.Dropout`, `nn.Dropout1d`, `nn.Dropout2d`, `nn.Dropout3d`, "
    "`nn.AlphaDropout` and `nn.FeatureAlphaDropout`, and classes derived from these."
)
@pytest.mark.parametrize("training", [True, False])
def test_switches_every_kind_of_dropout_on(training):
    """Look at what the classes derive from: a name says little about a class."""
    off = []
    for name, (layer, shape) in KINDS.items():
        model = nn.Sequential(nn.Sequential(layer), nn.Flatten()).train(training)
        _, spread = mc_dropout(model, torch.ones(shape), 8)
        if not spread.any():
            off.append(name)
    assert off == [], f"nothing is dropped by {', '.join(off)}"
    _, spread = mc_dropout(Halves().train(training), torch.ones(2, 24), 8)
    assert spread.any(), "where the model itself is a dropout, nothing is dropped"


@prompt_says(
    "All other modules are in evaluation mode while the model runs, even if the model "
    "was in training mode. So batch normalisation uses its running statistics and "
    "leaves them alone."
)
@pytest.mark.parametrize("training", [False, True])
def test_evaluates_everything_else(training):
    """Only one kind of layer should behave as in training."""
    norm = nn.BatchNorm1d(4)
    model = Spy(norm, nn.Dropout(0.1)).train(training)
    norm.train()
    before = copy.deepcopy(norm.state_dict())
    mc_dropout(model, torch.randn(5, 4) + 9, 2)
    assert not any(model.modes), f"the model's `training` was {model.modes} as it ran"
    moved = [k for k, v in norm.state_dict().items() if not torch.equal(v, before[k])]
    assert moved == [], f"batch normalisation moved its {', '.join(moved)}"


@prompt_says(
    "every time with new masks",
    "The masks come from PyTorch's own random numbers: after the same "
    "`torch.manual_seed` the result is the same, and your function sets no seed.",
)
def test_draws_new_masks_each_time():
    """The seed is the caller's: whoever wants the same numbers again sets it."""
    model, x, results = Spy(nn.Dropout(), nn.Linear(32, 3)), torch.ones(1, 32), []
    for seed in (7, None, 7):
        if seed:
            torch.manual_seed(seed)
        results.append(torch.cat(mc_dropout(model, x, 4)).tolist())
    assert results[0] != results[1], "two calls give the same: their masks are the same"
    assert results[0] == results[2], "after the same seed the result is another one"
    rows = {tuple(row) for row in torch.cat(model.outputs)[:4].tolist()}
    assert len(rows) == 4, f"4 passes used {len(rows)} different masks"


@prompt_says(
    "No graph is recorded, whatever `x` and the weights require.",
    "The caller's gradient mode, `x` and every `.grad` are as they were.",
)
@pytest.mark.parametrize("enabled", [True, False])
def test_records_no_graph(enabled):
    """What is not recorded needs no memory, in any of the passes."""
    model = Spy(nn.Dropout(), nn.Linear(4, 3))
    x = torch.ones(2, 4, requires_grad=True)
    model.layers[1].weight.grad = torch.ones(3, 4)
    with torch.set_grad_enabled(enabled):
        mc_dropout(model, x, 2)
        assert torch.is_grad_enabled() is enabled, "the gradient mode has changed"
    assert not any(model.recorded), "the model's outputs hold a graph"
    assert x.requires_grad, "your function changed `x.requires_grad`"
    assert x.tolist() == [[1.0] * 4] * 2, "your function changed `x`"
    grad = model.layers[1].weight.grad
    assert grad is not None, "your function cleared a `.grad`"


@prompt_says(
    "Afterwards every module is in the mode it was in before, also one that the model "
    "uses in two places"
)
def test_puts_every_module_back_in_its_mode():
    """A frozen part of a model in training is to stay frozen, and so is a dropout."""
    model = mixed_model()
    before = modes(model)
    mc_dropout(model, torch.randn(5, 4), 2)
    changed = [name for name, mode in modes(model).items() if mode != before[name]]
    assert changed == [], f"in another mode than before: {', '.join(changed)}"


@prompt_says(
    "and also if the model raises an error or is interrupted from the keyboard."
)
@pytest.mark.parametrize("error", [ArithmeticError, KeyboardInterrupt])
def test_puts_the_modes_back_when_the_model_fails(error):
    """An error must pass through your function, and still find the modes restored."""

    class Fails(nn.Module):
        def forward(self, x):
            raise error

    model = mixed_model(Fails())
    before = modes(model)
    with pytest.raises(error):
        mc_dropout(model, torch.randn(5, 4), 2)
    changed = [name for name, mode in modes(model).items() if mode != before[name]]
    assert changed == [], (
        f"after {error.__name__} in another mode: {', '.join(changed)}"
    )


@prompt_says("Fewer than two passes raise `ValueError`.")
@pytest.mark.parametrize("passes", [1, 0, -1])
def test_refuses_fewer_than_two_passes(passes):
    """What is the deviation of a single draw?"""
    with pytest.raises(ValueError):
        mc_dropout(nn.Dropout(), torch.ones(2, 3), passes)
