import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.autograd.per_sample_gradients import per_sample_gradients
from tests.helpers.torch_calls import Operations


class Model(nn.Module):
    """Its `forward` is `compute(parts, x)`; counts its calls."""

    def __init__(self, compute, **parts):
        super().__init__()
        self.parts = nn.ModuleDict(parts)
        self.compute, self.calls = compute, 0

    def forward(self, x):
        self.calls += 1
        return self.compute(self.parts, x)


def two_layers(parts, x):
    return parts["second"](parts["first"](x).tanh())


def mean_of_texts(parts, ids):
    return parts["first"](ids).mean(dim=1)


# `mse_loss` under `vmap` imports SymPy, which takes longer than all of the checks
def mean_square(outputs, targets):
    return (outputs - targets).square().mean()


def mean_of_sums(outputs, targets):
    """The mean over the batch of the summed squares."""
    return (outputs - targets).square().mean(dim=0).sum()


class Scale(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return x * self.weight


def one_by_one(model, loss_fn, inputs, targets):
    """The slow loop."""
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    rows = [
        torch.autograd.grad(
            loss_fn(model(inputs[i : i + 1]), targets[i : i + 1]),
            list(trained.values()),
            materialize_grads=True,
        )
        for i in range(len(inputs))
    ]
    return dict(zip(trained, map(torch.stack, zip(*rows, strict=True)), strict=True))


def compare(result, expected):
    assert isinstance(result, dict), f"got {type(result).__name__}, not a dict"
    assert sorted(result) == sorted(expected), f"the names are {sorted(result)}"
    for name, wanted in expected.items():
        shape = tuple(result[name].shape)
        assert shape == wanted.shape, (
            f"`{name}` has the shape {shape}, not {tuple(wanted.shape)}"
        )
        assert_close(result[name].detach(), wanted, msg=f"{name}: {{}}".format)


@prompt_says(
    "It returns a dict from the name of each trained parameter to a tensor whose row "
    "`i` is the gradient of the loss of example `i` alone.",
    "A result has the shape `[examples, *parameter.shape]` and the parameter's dtype.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("examples", [1, 5])
def test_gives_each_example_its_own_gradient(examples, dtype):
    """Row i knows of no other example: neither of its loss nor of how many there
    are."""
    model = Model(two_layers, first=nn.Linear(4, 5), second=nn.Linear(5, 4)).to(dtype)
    x, y = torch.randn(2, examples, 4, dtype=dtype)
    expected = one_by_one(model, mean_square, x, y)
    compare(per_sample_gradients(model, mean_square, x, y), expected)


@prompt_says(
    "The loss of example `i` is `loss_fn(model(inputs[i:i+1]), targets[i:i+1])`: the "
    "model and the loss both see a batch of one.",
    "Inputs may be integers.",
)
def test_shows_model_and_loss_a_batch():
    """Model and loss count dimensions from the batch: keep one, of one example."""
    model = Model(mean_of_texts, first=nn.Embedding(7, 4))
    ids, y = torch.randint(7, (3, 4)), torch.randn(3, 4)
    expected = one_by_one(model, mean_of_sums, ids, y)
    compare(per_sample_gradients(model, mean_of_sums, ids, y), expected)


@prompt_says(
    "No loop over the examples. However many there are, the model is called at most "
    "twice. The number of tensor operations, those of the backward pass included, "
    "does not depend on the number of examples",
)
def test_handles_all_examples_at_once():
    """One operation for all the examples, not all operations for each of them."""
    model = Model(two_layers, first=nn.Linear(3, 5), second=nn.Linear(5, 4))
    counts = []
    for examples in (4, 8):
        model.calls, x = 0, torch.randn(examples, 3)
        with Operations() as ran:
            per_sample_gradients(model, mean_square, x, torch.randn(examples, 4))
        counts.append(len(ran.names))
        assert model.calls <= 2, (
            f"{examples} examples call the model {model.calls} times"
        )
    few, many = counts
    assert few == many, f"4 examples take {few} operations, and 8 take {many}"


@prompt_says(
    "none of them makes a tensor of more than a few times the size of the largest "
    "result, unless the model does."
)
def test_makes_nothing_much_larger_than_the_result():
    """An example's loss depends on one row of the outputs. What are the others
    differentiated for?"""
    model = Model(two_layers, first=nn.Linear(6, 6), second=nn.Linear(6, 6))
    x, y = torch.randn(2, 128, 6)
    with Operations() as ran:
        per_sample_gradients(model, mean_square, x, y)
    result = 128 * 6 * 6
    largest = ran.largest.numel()
    assert largest <= 4 * result, (
        f"a tensor has {largest} elements, the largest result {result}"
    )


@prompt_says(
    "The model runs in the modes it is in. Dropout in training mode draws a mask of "
    "its own for each example."
)
@pytest.mark.parametrize("training", [True, False])
def test_draws_a_mask_for_each_example(training):
    """What is random needs a decision: an error, one draw for all, or one for each."""
    model = nn.Sequential(nn.Dropout(0.5), Scale(64)).train(training)
    ones = torch.ones(3, 64)
    result = per_sample_gradients(model, lambda out, y: out.sum(), ones, ones)
    rows = result["1.weight"].tolist()
    found = sorted({value for row in rows for value in row})
    expected = [0.0, 2.0] if training else [1.0]
    assert found == expected, f"after dropout the ones are {found}, not {expected}"
    different = len(set(map(tuple, rows)))
    wanted = 3 if training else 1
    assert different == wanted, f"3 examples have {different} different masks"


@prompt_says(
    "The names are those of `model.named_parameters()`, without the parameters that "
    "require no gradient.",
    "A trained parameter that takes no part has zeros.",
)
def test_names_what_is_trained():
    """Frozen is not the same as unused: one has no gradient, the other has zeros."""
    model = Model(two_layers, first=nn.Linear(3, 3), second=nn.Linear(3, 2))
    model.parts["first"].weight.requires_grad_(False)
    model.unused = nn.Parameter(torch.ones(2))
    x, y = torch.randn(4, 3), torch.randn(4, 2)
    result = per_sample_gradients(model, mean_square, x, y)
    compare(result, one_by_one(model, mean_square, x, y))


@prompt_says(
    "A weight that the model uses in two places has one entry, with the sum over both "
    "uses."
)
def test_adds_up_the_uses_of_a_shared_weight():
    """It is one parameter, whatever number of names it has."""
    first, second = nn.Linear(3, 3), nn.Linear(3, 3, bias=False)
    second.weight = first.weight
    model = Model(two_layers, first=first, second=second)
    x, y = torch.randn(2, 4, 3)
    result = per_sample_gradients(model, mean_square, x, y)
    compare(result, one_by_one(model, mean_square, x, y))


@prompt_says(
    "The results hold no graph, whatever `inputs` and the weights require. It works "
    "under the caller's `torch.no_grad()` too."
)
@pytest.mark.parametrize("recording", [True, False])
def test_hands_out_plain_numbers(recording):
    """Neither the caller's gradient mode nor what the inputs require should show."""
    model = Model(two_layers, first=nn.Linear(3, 3), second=nn.Linear(3, 2))
    x, y = torch.randn(4, 3, requires_grad=True), torch.randn(4, 2)
    expected = one_by_one(model, mean_square, x, y)
    with torch.set_grad_enabled(recording):
        result = per_sample_gradients(model, mean_square, x, y)
    compare(result, expected)
    held = [name for name, value in result.items() if value.requires_grad]
    assert held == [], f"a graph is held by {', '.join(held)}"


@prompt_says(
    "The model is left as it was: its values, modes, `requires_grad` and every `.grad`."
)
def test_leaves_the_model_as_it_was():
    """Whose training is it? Look at what your call does to `.grad` and the modes."""
    model = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3).eval(), nn.Linear(3, 2))
    model[0].weight.grad = torch.ones(3, 3)
    model[0].bias.requires_grad_(False)
    before = {name: value.tolist() for name, value in model.state_dict().items()}
    parameters = dict(model.named_parameters())
    per_sample_gradients(model, mean_square, torch.randn(4, 3), torch.randn(4, 2))
    grads = [name for name, p in model.named_parameters() if p.grad is not None]
    assert grads == ["0.weight"], f"a `.grad` is now on {grads}; it was on 0.weight"
    assert model[0].weight.grad.tolist() == [[1.0] * 3] * 3, "you changed a `.grad`"
    modes = [part.training for part in model]
    assert modes == [True, False, True], f"the layers' `training` is now {modes}"
    frozen = [n for n, p in model.named_parameters() if not p.requires_grad]
    assert frozen == ["0.bias"], f"frozen is now {frozen}; it was 0.bias"
    for name, value in model.state_dict().items():
        assert value.tolist() == before[name], f"your function changed `{name}`"
    for name, p in model.named_parameters():
        assert p is parameters[name], f"`{name}` is another parameter now"
