import math
import warnings

import pytest
import torch
from torch import nn
from torch.nn.functional import one_hot
from torch.optim.lr_scheduler import LambdaLR
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.training_loop.loop_that_does_not_learn import fit


def batches_of(*sizes, scale=1.0):
    return [
        (scale * torch.randn(size, 4).double(), torch.randint(3, (size,)))
        for size in sizes
    ]


def linear(scale=1.0):
    """A linear classifier in double precision, three classes of four numbers."""
    model = nn.Linear(4, 3, bias=False).double()
    with torch.no_grad():
        model.weight.mul_(scale)
    return model


def trained(model, batches, *, lr, epochs=1, max_norm=1e6):
    """What `fit` returns, at one learning rate and with next to no clipping."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = LambdaLR(optimizer, lambda epoch: 1.0)
    options = {"epochs": epochs, "max_norm": max_norm}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Detected call of")
        return fit(model, batches, batches, optimizer, scheduler, **options)


def slope(weight, inputs, targets):
    """The gradient of the mean cross-entropy: probabilities minus the right answer."""
    errors = (inputs @ weight.T).softmax(1) - one_hot(targets, 3)
    return errors.T @ inputs / len(targets)


@prompt_says(
    "The model gives logits, `[batch, classes]`.",
    "Each training batch is one step of `optimizer`, along the gradient of that "
    "batch's mean cross-entropy.",
)
def test_the_loss_is_that_of_the_logits():
    """A model that is sure and right has a loss near zero: what is in the way?"""
    model = linear(scale=0.0)
    with torch.no_grad():
        model.weight.copy_(torch.eye(3, 4) * 20)
    batch = torch.eye(3, 4).double(), torch.tensor([0, 1, 2])
    losses, _ = trained(model, [batch], lr=0.0)
    told = f"all answers are right by 20, and the loss is {float(losses[0]):.4f}"
    assert losses[0] < 1e-6, told


@prompt_says(
    "Each training batch is one step of `optimizer`, along the gradient of that "
    "batch's mean cross-entropy.",
)
@pytest.mark.parametrize("sizes", [(5,), (4, 3), (2, 2, 2)], ids=str)
def test_each_batch_is_a_step_along_its_own_gradient(sizes):
    """Work out two steps by hand; which gradients does the second one use?"""
    model, batches = linear(), batches_of(*sizes)
    expected, before = model.weight.detach().clone(), model.weight.detach().clone()
    for inputs, targets in batches:
        expected -= 0.5 * slope(expected, inputs, targets)
    trained(model, batches, lr=0.5)
    moved, should = (model.weight.detach() - before), expected - before
    along = (moved * should).sum() / should.square().sum()
    told = f"{along:.4f} times as far as by hand after {len(sizes)} batch(es)"
    assert torch.allclose(moved, should), told


@prompt_says(
    "That gradient is clipped first: its 2-norm over all of the model's parameters is "
    "at most `max_norm`.",
)
def test_no_step_is_longer_than_the_clip_allows():
    """Clipping changes gradients: who reads them, and when?"""
    model = linear(scale=0.0)
    before = model.weight.detach().clone()
    trained(model, batches_of(6, scale=100.0), lr=1.0, max_norm=0.5)
    length = (model.weight.detach() - before).norm().item()
    assert_close(length, 0.5, rtol=1e-4, atol=0)


@prompt_says(
    "The first epoch trains with the learning rate that the optimizer comes with. "
    "After each epoch's steps `scheduler` moves on once, and PyTorch has nothing to "
    "warn about.",
)
def test_every_epoch_has_its_own_learning_rate():
    """A schedule gives a rate to each epoch: which one has the first?"""
    model, seen = linear(), []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.8)
    scheduler = LambdaLR(optimizer, lambda epoch: 0.5**epoch)
    optimizer.register_step_pre_hook(
        lambda *_: seen.append(optimizer.param_groups[0]["lr"])
    )
    batches = batches_of(3, 2)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        fit(model, batches, batches, optimizer, scheduler, epochs=3, max_norm=1.0)
    assert seen == [0.8, 0.8, 0.4, 0.4, 0.2, 0.2], f"the steps had the rates {seen}"
    assert scheduler.last_epoch == 3, f"the schedule moved {scheduler.last_epoch} times"
    assert not warned, f"PyTorch warns: {warned[0].message}"


def passes_of(epochs):
    """The mode and the recording of each pass through the model, one text an epoch."""
    seen, model = [], nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 3)).double()

    def note(part, _, output):
        graph = "a graph" if output.requires_grad else "no graph"
        seen.append(f"{'train' if part.training else 'eval'} mode, {graph}")

    model[1].register_forward_hook(note)
    trained(model, batches_of(4), lr=0.1, epochs=epochs)
    return seen


@prompt_says(
    "Every epoch trains in train mode.",
)
def test_every_epoch_trains_in_train_mode():
    """A mode stays until somebody changes it: who did last?"""
    seen = passes_of(3)[::2]
    assert seen == ["train mode, a graph"] * 3, f"the training passes: {seen}"


@prompt_says(
    "After its steps it validates in eval mode, and records no graph there.",
)
def test_validates_in_eval_mode_without_a_graph():
    """Eval mode is for the layers, and `no_grad` for the graph: here you want both."""
    seen = passes_of(3)[1::2]
    assert seen == ["eval mode, no graph"] * 3, f"the validation passes: {seen}"


@prompt_says(
    "the mean over the training examples of the losses met while training, and the "
    "share of the validation examples that the model gets right. All examples count "
    "alike.",
)
def test_the_numbers_are_means_over_the_examples():
    """A batch of one must not count as much as a batch of four."""
    model, same = linear(scale=0.0), torch.eye(1, 4).double()
    mixed = same.repeat(4, 1), torch.tensor([0, 2, 0, 2])
    losses, accuracies = trained(model, [mixed, (same, torch.tensor([1]))], lr=1.0)
    # one step takes the logits from zeros to these, and the next prefers class 1
    last = math.log(2 * math.exp(1 / 6) + math.exp(-1 / 3)) + 1 / 3
    found = [round(float(number), 5) for number in (losses[0], accuracies[0])]
    expected = [round((4 * math.log(3) + last) / 5, 5), 0.2]
    told = f"loss and accuracy are {found}, over the five examples {expected}"
    assert_close(found, expected, msg=told)


@prompt_says(
    "It returns the tuple `(losses, accuracies)`, two lists with one float for each "
    "epoch",
)
def test_returns_plain_numbers():
    """A loss that is kept as a tensor keeps its graph: hand out floats."""
    result = trained(linear(), batches_of(3, 2), lr=0.1, epochs=2)
    kinds = [type(part).__name__ for part in (result, *result, *result[0], *result[1])]
    wanted = ["tuple", "list", "list", *["float"] * 4]
    assert kinds == wanted, f"got {kinds}"
