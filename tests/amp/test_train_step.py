import copy
import math

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.amp.train_step import train_step
from tests.helpers.other_kind import KIND, OfAnotherKind

PLANS = pytest.mark.parametrize(
    ("dtype", "enabled"),
    [(torch.bfloat16, False), (torch.float16, True)],
)
SCALERS = pytest.mark.parametrize("enabled", [True, False])
LOSS = nn.functional.cross_entropy


def examples():
    return (
        torch.linspace(-2.0, 3.0, 24).reshape(6, 4),
        torch.tensor([0, 1, 2, 2, 1, 0]),
    )


def network():
    """Small, trainable but for one bias, which never gets a gradient."""
    model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    model[0].bias.requires_grad_(False)
    return model


def scaling(enabled=True, **options):
    return torch.amp.GradScaler("cpu", init_scale=1024.0, enabled=enabled, **options)


def by_hand(model, batch, dtype, loss_fn=LOSS):
    """The loss, and the gradient of each parameter: a plain step under autocast."""
    model = copy.deepcopy(model)
    with torch.autocast("cpu", dtype=dtype):
        loss = loss_fn(model(batch[0]), batch[1])
    (loss * 1024).backward()
    gradients = {
        name: torch.zeros_like(p) if p.grad is None else p.grad / 1024
        for name, p in model.named_parameters()
    }
    return loss.item(), gradients


def modes(model):
    return [module.training for module in model.modules()]


def copied(model):
    return {name: p.detach().clone() for name, p in model.named_parameters()}


def stepped(model, gradients, lr):
    return {name: p - lr * gradients[name] for name, p in copied(model).items()}


def steep(outputs, targets):
    """A loss whose gradients are longer than 1."""
    return 20 * LOSS(outputs, targets)


def overflowing(outputs, targets):
    """A finite loss whose gradients are not finite."""
    outputs.register_hook(lambda gradient: gradient * math.inf)
    return LOSS(outputs, targets)


def exploding(outputs, targets):
    """A loss that is itself not finite."""
    return LOSS(outputs, targets) * math.nan


def product(outputs, targets):
    return (outputs.float() * targets).sum()


class Watched:
    """A loss that notes where the model, itself and the backward pass run."""

    def __init__(self, model):
        self.dtypes, self.backward = {}, []
        model.register_forward_hook(self.see)

    def see(self, model, inputs, outputs):
        self.dtypes["outputs of the model"] = outputs.dtype

    def __call__(self, outputs, targets):
        self.dtypes["outputs given to the loss"] = outputs.dtype
        self.dtypes["matrix products of the loss"] = (
            torch.ones(1, 2) @ torch.ones(2, 1)
        ).dtype
        outputs.register_hook(self.note)
        return LOSS(outputs, targets)

    def note(self, gradient):
        self.backward.append(torch.is_autocast_enabled("cpu"))


@prompt_says(
    "The forward pass and the loss run under autocast to `dtype`, for the type of "
    "device that the model is on.",
)
@PLANS
def test_runs_the_model_and_the_loss_under_autocast(dtype, enabled):
    """Both belong inside autocast, for the model's device and the dtype asked for."""
    model = network()
    loss_fn = Watched(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    train_step(model, examples(), loss_fn, optimizer, scaling(enabled), dtype=dtype)
    for part, found in loss_fn.dtypes.items():
        assert found == dtype, f"the {part} are in {found}"
    with OfAnotherKind() as device:
        train_step(model, examples(), LOSS, optimizer, scaling(False), dtype=dtype)
    assert set(device.kinds) == {KIND}, f"on an {KIND}, autocast was for {device.kinds}"


@prompt_says(
    "The optimizer steps with the true, unscaled gradients",
    "the others must not cause an error",
    "to about one part in 10,000",
)
@PLANS
def test_steps_with_the_true_gradients(dtype, enabled):
    """The optimizer must see what an unscaled backward pass would give, no more."""
    model = network()
    _, gradients = by_hand(model, examples(), dtype)
    expected = stepped(model, gradients, lr=0.5)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    options = {"dtype": dtype, "max_norm": 100.0}
    train_step(model, examples(), LOSS, optimizer, scaling(enabled), **options)
    # float16 rounds small gradients less when the loss is scaled
    assert_close(copied(model), expected, rtol=1e-4, atol=1e-5)


@prompt_says("It returns the loss before the step, unscaled, as a float.")
@PLANS
def test_returns_the_loss_before_the_step(dtype, enabled):
    """Report the plain loss of this batch as a float: neither scaled nor a tensor."""
    model = nn.Sequential(nn.Embedding(300, 4), network())
    batch = (torch.tensor([257, 3, 299, 8, 0, 258]), examples()[1])
    expected, _ = by_hand(model, batch, dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    result = train_step(model, batch, LOSS, optimizer, scaling(enabled), dtype=dtype)
    assert type(result) is float, f"returned a {type(result).__name__}, not a float"
    assert result == pytest.approx(expected, rel=1e-5)


@prompt_says("The backward pass runs outside autocast.")
@SCALERS
def test_runs_backward_outside_autocast(enabled):
    """Leave autocast before the backward pass: each operation knows its dtype."""
    model = network()
    loss_fn = Watched(model)
    optimizer, scaler = torch.optim.SGD(model.parameters(), lr=0.5), scaling(enabled)
    train_step(model, examples(), loss_fn, optimizer, scaler, dtype=torch.bfloat16)
    assert loss_fn.backward, "no backward pass reached the model's outputs"
    assert not any(loss_fn.backward), "autocast was still on in the backward pass"


@prompt_says(
    "clipped so that their norm over all parameters together is at most `max_norm`",
)
@pytest.mark.parametrize(
    ("options", "enabled"),
    [({}, True), ({"max_norm": 0.25}, True), ({"max_norm": 0.25}, False)],
)
def test_clips_the_true_gradients_to_the_norm(options, enabled):
    """The norm of all true gradients together is what `max_norm` (1.0) limits."""
    model, dtype = network(), torch.bfloat16
    _, gradients = by_hand(model, examples(), dtype, steep)
    norm = torch.cat([g.flatten() for g in gradients.values()]).norm().item()
    expected = stepped(model, gradients, lr=options.get("max_norm", 1.0) / norm)
    groups = [{"params": part.parameters()} for part in (model[0], model[2])]
    optimizer, scaler = torch.optim.SGD(groups, lr=1.0), scaling(enabled)
    train_step(model, examples(), steep, optimizer, scaler, dtype=dtype, **options)
    assert_close(copied(model), expected, rtol=1e-4, atol=1e-5)


@prompt_says(
    "If a gradient is not finite, an enabled scaler skips the step: weights and "
    "optimizer state stay as they are.",
)
@pytest.mark.parametrize(
    ("value", "loss_fn"), [(math.inf, LOSS), (math.nan, LOSS), (1.0, exploding)]
)
def test_skips_a_step_that_is_not_finite(value, loss_fn):
    """Gradients can overflow where the loss is finite: nothing may be updated."""
    model, scaler, dtype = network(), scaling(), torch.bfloat16
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    train_step(model, examples(), LOSS, optimizer, scaler, dtype=dtype)
    weights, state = copied(model), copy.deepcopy(optimizer.state_dict()["state"])
    model[2].bias.register_hook(lambda gradient: gradient * value)
    train_step(model, examples(), loss_fn, optimizer, scaler, dtype=dtype)
    assert_close(copied(model), weights, rtol=0, atol=0)
    assert_close(optimizer.state_dict()["state"], state, rtol=0, atol=0)


@prompt_says("Each call updates the scale once.")
def test_moves_the_scale_once_a_step():
    """Tell the scaler that the step is over, whether or not it was skipped."""
    model, scales = network(), []
    scaler = scaling(growth_interval=2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for loss_fn in (LOSS, LOSS, overflowing, exploding, LOSS, LOSS):
        train_step(model, examples(), loss_fn, optimizer, scaler, dtype=torch.bfloat16)
        scales.append(scaler.get_scale())
    message = f"after two steps, two to be skipped and two more it was {scales}"
    assert scales == [1024.0, 2048.0, 1024.0, 512.0, 512.0, 1024.0], message


@prompt_says(
    "A step uses the gradients of its own batch alone.",
    "Whatever `.grad` held before, from an earlier step, a skipped one or the "
    "caller, is not added to them.",
)
@pytest.mark.parametrize(
    ("before", "enabled"), [(overflowing, True), (LOSS, False), (None, False)]
)
def test_each_step_uses_its_own_gradients_alone(before, enabled):
    """Gradients add up until they are cleared, those of a skipped step too."""
    model, scaler = network(), scaling(enabled)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    if before is None:  # the caller has been backward
        LOSS(model(examples()[0]), examples()[1]).backward()
    else:
        train_step(model, examples(), before, optimizer, scaler, dtype=torch.bfloat16)
    batch = (-examples()[0], examples()[1])
    expected = stepped(model, by_hand(model, batch, torch.bfloat16)[1], lr=0.1)
    options = {"dtype": torch.bfloat16, "max_norm": 100.0}
    train_step(model, batch, LOSS, optimizer, scaler, **options)
    assert_close(copied(model), expected, rtol=1e-4, atol=1e-5)


@prompt_says(
    "With an enabled scaler the backward pass starts from the scaled loss, so that "
    "gradients too small for half precision survive it, such as 1e-8 in `float16`.",
)
def test_keeps_gradients_too_small_for_half_precision():
    """1e-8 is zero in float16, unless the backward pass starts from a larger loss."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    batch = (torch.full((1, 1), 1e-4), torch.full((1, 1), 1e-4))
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**16)
    train_step(model, batch, product, optimizer, scaler, dtype=torch.float16)
    # float16 has three digits
    assert_close(model.weight, torch.full((1, 1), -1e-8), rtol=1e-2, atol=0)


@prompt_says(
    "Parameters are float32 and stay so.",
    "The batch, and the train or eval mode of each part of the model, are left as "
    "they are.",
)
def test_leaves_modes_dtypes_and_the_batch_alone():
    """The caller froze a part on purpose, and needs float32 and the batch again."""
    frozen, trained = nn.BatchNorm1d(4).eval(), nn.BatchNorm1d(4)
    model, batch = nn.Sequential(frozen, trained, nn.Linear(4, 3)), examples()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    train_step(model, batch, LOSS, optimizer, scaling(), dtype=torch.bfloat16)
    assert modes(model) == [True, False, True, True], "a mode changed"
    assert not frozen.num_batches_tracked, "a part in eval mode ran in train mode"
    assert trained.num_batches_tracked, "a part in train mode ran in eval mode"
    dtypes = {p.dtype for p in model.parameters()}
    assert dtypes == {torch.float32}, f"the parameters are {dtypes} now"
    assert_close(batch, examples(), rtol=0, atol=0)
    assert not batch[0].requires_grad, "the inputs require a gradient now"
