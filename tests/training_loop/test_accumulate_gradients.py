import copy
import weakref

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.training_loop.accumulate_gradients import accumulate_gradients


@pytest.fixture
def model():
    return nn.Linear(3, 1)


def batches_of(*sizes, dtype=torch.float32):
    return [
        (torch.randn(size, 3, dtype=dtype), torch.randn(size, 1, dtype=dtype))
        for size in sizes
    ]


def one_pass(model, batches):
    """The mean loss and its gradients, from all the examples at once."""
    inputs, targets = map(torch.cat, zip(*batches, strict=True))
    loss = mse_loss(model(inputs), targets)
    return loss.detach(), torch.autograd.grad(loss, list(model.parameters()))


class Saved:
    """What autograd saved, for as long as a graph holds it."""

    def __init__(self, tensor):
        self.tensor = tensor


class Meter(torch.autograd.graph.saved_tensors_hooks):
    """Counts the elements that graphs hold: `peak` is the most at any time."""

    def __init__(self):
        self.held = self.peak = 0
        super().__init__(self.pack, lambda saved: saved.tensor)

    def __enter__(self):
        super().__enter__()
        return self

    def pack(self, tensor):
        saved = Saved(tensor.detach())  # or a saved output holds its own graph
        self.held += tensor.numel()
        self.peak = max(self.peak, self.held)
        weakref.finalize(saved, self.free, tensor.numel())
        return saved

    def free(self, count):
        self.held -= count


def last_id_loss(outputs, ids):
    return cross_entropy(outputs, ids[:, -1])


@prompt_says(
    "It leaves in the model's `.grad` what one backward pass of the mean loss over "
    "all the examples would leave, and returns that mean loss.",
    "The gradients are empty when you are called.",
)
def test_equal_batches_leave_the_gradient_of_one_pass(model):
    """Each backward adds to `.grad`, so scale the losses and clear nothing."""
    batches = batches_of(4, 4, 4)
    _, (weight, bias) = one_pass(model, batches)
    accumulate_gradients(model, mse_loss, batches)
    assert_close(model.weight.grad, weight)
    assert_close(model.bias.grad, bias)


@prompt_says(
    "It leaves in the model's `.grad` what one backward pass of the mean loss over "
    "all the examples would leave, and returns that mean loss.",
    "the pieces need not have the same size",
)
@pytest.mark.parametrize("sizes", [(4, 4, 1), (1, 5), (2, 1, 6, 3)], ids=str)
def test_a_smaller_batch_counts_for_less(model, sizes):
    """Every example weighs the same, whichever batch it came in."""
    batches = batches_of(*sizes)
    _, (weight, bias) = one_pass(model, batches)
    accumulate_gradients(model, mse_loss, batches)
    assert_close(model.weight.grad, weight)
    assert_close(model.bias.grad, bias)


@prompt_says(
    "The first dimension of `inputs` counts the examples",
    "and their other dimensions may differ too, as in texts padded batch by batch",
)
def test_a_wider_batch_counts_for_no_more():
    """Count examples, not elements: a longer text is still one text."""
    model = nn.EmbeddingBag(9, 9)
    texts = [torch.randint(9, (2, 7)), torch.randint(9, (3, 4))]
    loss = sum(len(ids) * last_id_loss(model(ids), ids) for ids in texts) / 5
    (expected,) = torch.autograd.grad(loss, model.weight)
    accumulate_gradients(model, last_id_loss, [(ids, ids) for ids in texts])
    assert_close(model.weight.grad, expected)


@prompt_says(
    "and returns that mean loss",
    "Gradients and loss agree with those of the one pass in float32 and float64, up "
    "to rounding; the loss to within 1e-5 in float32.",
)
@pytest.mark.parametrize("sizes", [(4, 4, 1), (2,)], ids=str)
def test_returns_the_mean_loss_over_all_examples(model, sizes):
    """Report the losses that were backpropagated, each with its share."""
    seen, model = [], nn.Sequential(nn.Dropout(0.5), model)

    def noted(outputs, targets):
        loss = mse_loss(outputs, targets)
        seen.append(loss.item() * len(targets) if loss.requires_grad else 0.0)
        return loss

    loss = float(accumulate_gradients(model, noted, batches_of(*sizes)))
    # as many digits as single precision has, in whatever order it was added up
    assert_close(loss, sum(seen) / sum(sizes), rtol=0, atol=1e-5)


@prompt_says(
    "The loss is returned as a tensor without dimensions, in the dtype of the losses, "
    "and holds no graph.",
)
@pytest.mark.parametrize("sizes", [(4, 4), (4,)], ids=str)
def test_the_returned_loss_is_a_tensor_without_a_graph(model, sizes):
    """A loss that requires grad drags the graph along wherever it is kept."""
    loss = accumulate_gradients(model, mse_loss, batches_of(*sizes))
    assert isinstance(loss, torch.Tensor), f"got {type(loss).__name__}, not a tensor"
    assert loss.shape == (), f"the loss has the shape {tuple(loss.shape)}"
    assert loss.dtype == torch.float32, f"float32 losses gave one of {loss.dtype}"
    assert not loss.requires_grad, "the returned loss still holds a graph"


@prompt_says(
    "The loss is returned as a tensor without dimensions, in the dtype of the losses",
    "Gradients and loss agree with those of the one pass in float32 and float64, up "
    "to rounding",
)
def test_keeps_double_precision(model):
    """Add up in the dtype of the losses: a float32 on the way costs half the digits."""
    batches = batches_of(4, 4, 1, dtype=torch.float64)
    mean_loss, (weight, _) = one_pass(model.double(), batches)
    assert_close(accumulate_gradients(model, mse_loss, batches), mean_loss)
    assert_close(model.weight.grad, weight)


@prompt_says(
    "One graph at a time: what autograd saves for one batch is freed before the next "
    "batch goes through the model, and batches are not joined.",
)
def test_holds_the_graph_of_one_batch_at_a_time():
    """The large batch must not be in memory: free each graph before the next."""
    model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
    batches, passes = batches_of(32, 32, 32), []
    with Meter() as one_batch:
        mse_loss(model(batches[0][0]), batches[0][1]).backward()
    model.zero_grad()
    model[0].weight.register_hook(passes.append)
    with Meter() as meter:
        accumulate_gradients(model, mse_loss, batches)
    times = f"{meter.peak / one_batch.peak:.1f} times what one batch needs"
    what = f"{len(passes)} backward pass(es) over graphs that held {times}"
    assert meter.peak < 1.5 * one_batch.peak, what


@prompt_says("A parameter that takes no part keeps an empty one.")
def test_a_parameter_that_takes_no_part_gets_no_gradient(model):
    """One backward pass reaches what the loss depends on, and nothing else."""
    model.bias.requires_grad_(False)
    model.unused = nn.Parameter(torch.ones(2))
    accumulate_gradients(model, mse_loss, batches_of(4, 1))
    assert model.weight.grad is not None, "no gradient reached `model.weight`"
    assert model.unused.grad is None, "an unused parameter has a gradient"
    assert model.bias.grad is None, "a frozen parameter has a gradient"


@prompt_says(
    "Everything else is the caller's: the optimizer, the weights, the mode of each "
    "layer, the batches and their list. The function itself draws no random numbers.",
)
@pytest.mark.parametrize("training", [True, False])
def test_leaves_weights_modes_and_batches_alone(model, training):
    """Whether to train, and with what, is decided by the caller."""
    model = nn.Sequential(model.train(training), nn.Identity().train(not training))
    weights, batches = model[0].weight.tolist(), batches_of(2, 4, 1)
    before = what_must_stay(model, batches), copy.deepcopy(batches)
    accumulate_gradients(model, mse_loss, batches)
    assert model[0].weight.tolist() == weights, "your function changed the weights"
    for name, value in what_must_stay(model, batches).items():
        assert value == before[0][name], f"your function changed {name}"
    assert_close(batches, before[1])


def what_must_stay(model, batches):
    return {
        "the mode of a layer": [part.training for part in model.modules()],
        "the list of batches": list(map(id, batches)),
        "`requires_grad` of the inputs": [x.requires_grad for x, _ in batches],
        "the state of the random numbers": torch.get_rng_state().tolist(),
    }
