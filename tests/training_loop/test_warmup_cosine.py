import warnings

import pytest
import torch
from torch import nn
from torch.nn.functional import mse_loss
from torch.optim.lr_scheduler import LambdaLR
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.training_loop.warmup_cosine import train, warmup_cosine

# a warm-up of two steps, and a cosine of four
FACTORS = [0.5, 1.0, 1.0, (2 + 2**0.5) / 4, 0.5, (2 - 2**0.5) / 4]


def factors(steps, warmup, total):
    return [warmup_cosine(step, warmup, total) for step in steps]


def compare(found, expected, what="the factors"):
    found, expected = as_floats(found), as_floats(expected)
    told = f"{what} are {found}; expected {expected}"
    assert_close(found, expected, rtol=0, atol=2e-6, msg=told)


def as_floats(numbers):
    parts = [as_floats(n) if isinstance(n, list) else float(n) for n in numbers]
    return [part if isinstance(part, list) else round(part, 6) for part in parts]


def run(sizes=(3, 2, 1, 2, 3, 2), warmup=2):
    """Train two groups with peaks of 0.4 and 0.1; the rates said, and those used."""
    model, used = nn.Linear(2, 1).double(), []
    groups = [{"params": [model.weight]}, {"params": [model.bias], "lr": 0.1}]
    optimizer = torch.optim.SGD(groups, lr=0.4)
    optimizer.register_step_pre_hook(
        lambda *_: used.append([group["lr"] for group in optimizer.param_groups])
    )
    batches = [
        (torch.randn(size, 2).double(), torch.randn(size, 1).double()) for size in sizes
    ]
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        start = [p.detach().clone() for p in model.parameters()]
        said = train(model, mse_loss, batches, optimizer, warmup=warmup)
    assert not warned, f"PyTorch warns: {warned[0].message}"
    return model, start, batches, said, used


@prompt_says(
    "The first `warmup` steps rise in a straight line, and none has a factor of 0: "
    "with a warm-up of four steps they are 0.25, 0.5, 0.75 and 1.",
)
def test_warms_up_in_equal_steps_from_the_first():
    """A step with a rate of 0 is a step that trains nothing."""
    compare(factors(range(4), 4, 12), [0.25, 0.5, 0.75, 1.0])
    compare(factors(range(3), 3, 9), [1 / 3, 2 / 3, 1.0])


@prompt_says(
    "From step `warmup`, where it is 1 once more, the factor falls along half a "
    "cosine: 0.5 in the middle of the way, and 0 at step `total`.",
)
def test_falls_along_half_a_cosine():
    """Slowly at first, fast in the middle: where does a quarter of the way lie?"""
    quarter = (2 + 2**0.5) / 4
    compare(factors([4, 6, 8, 10, 12], 4, 12), [1.0, quarter, 0.5, 1 - quarter, 0.0])
    compare(factors([3, 6, 9], 3, 9), [1.0, 0.5, 0.0])


@prompt_says(
    "There it stays for all later steps, since schedulers also ask for those.",
)
def test_stays_at_zero_after_the_last_step():
    """A cosine rises again. And after the last step a scheduler still moves on."""
    compare(factors([12, 13, 16, 20, 28, 1000], 4, 12), [0.0] * 6)


@prompt_says(
    "With a `warmup` of 0 the factor begins at 1. With a `warmup` of `total` it is 1 "
    "at the last step of the warm-up and 0 from step `total`.",
)
def test_one_of_the_two_parts_may_be_empty():
    """Nothing to warm up, or nothing to come down: which denominator is zero?"""
    compare(factors([0, 1, 2], 0, 2), [1.0, 0.5, 0.0])
    compare(factors([0, 1, 2, 3], 2, 2), [0.5, 1.0, 0.0, 0.0])
    compare(factors([0, 1], 1, 1), [1.0, 0.0])


@prompt_says(
    "A `total` below 1, a `warmup` below 0 or above `total`, and a negative `step` "
    "raise `ValueError`.",
)
@pytest.mark.parametrize("bad", [(0, 0, 0), (0, -1, 4), (0, 5, 4), (-1, 2, 4)], ids=str)
def test_refuses_what_is_no_schedule(bad):
    """A warm-up longer than the training never reaches its peak, and nobody is told."""
    with pytest.raises(ValueError):
        warmup_cosine(*bad)


@prompt_says(
    "It is a Python float, and it depends on the three arguments alone: steps may be "
    "asked for in any order.",
)
def test_depends_on_its_arguments_alone():
    """Whoever resumes at step 500 asks for step 500 first."""
    steps = [5, 0, 3, 3, 1, 4, 2]
    found = factors(steps, 2, 6)
    compare(found, [FACTORS[step] for step in steps])
    kinds = {type(factor).__name__ for factor in found + factors([6], 2, 6)}
    assert kinds == {"float"}, f"the factors are of type {sorted(kinds)}"


@prompt_says(
    "It is a Python float, and it depends on the three arguments alone: steps may be "
    "asked for in any order.",
    "There it stays for all later steps, since schedulers also ask for those.",
)
def test_can_be_handed_to_lambda_lr():
    """PyTorch's scheduler multiplies; your function only has to say by what."""
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.4)
    scheduler = LambdaLR(optimizer, lambda step: warmup_cosine(step, 2, 6))
    found = []
    for _ in range(8):
        found += scheduler.get_last_lr()
        optimizer.step()
        scheduler.step()
    compare(found, [0.4 * factor for factor in [*FACTORS, 0, 0]], "the learning rates")


@prompt_says(
    "The learning rate that a parameter group comes with is its peak. In every step "
    "each group trains with its own peak times the factor of that step.",
    "`total` is the number of batches.",
    "If you do, PyTorch must have nothing to warn about.",
)
def test_each_step_and_group_has_its_own_rate():
    """Look at `lr` at the moment of the step: whose is it, and of which step?"""
    _, _, _, _, used = run()
    expected = [[0.4 * factor, 0.1 * factor] for factor in FACTORS]
    compare(used, expected, "the rates that the optimizer saw")


@prompt_says(
    "`train` returns the learning rates that the steps were taken with: a list of "
    "lists, for each step one float for each parameter group.",
)
def test_returns_the_rates_that_were_used():
    """A log is of use if it shows what the step was taken with, not what comes next."""
    _, _, _, said, used = run()
    kinds = [type(part).__name__ for part in (said, said[0], said[0][0])]
    assert kinds == ["list", "list", "float"], f"got {kinds}"
    compare(said, used, "the rates that were returned")


@prompt_says(
    "`train` takes one step of `optimizer` for each `(inputs, targets)` in the list "
    "`batches`, along the gradient of that batch's `loss_fn(model(inputs), targets)`.",
)
def test_each_batch_is_a_step_along_its_own_gradient():
    """The rest of the loop is as ever: what must not be left from the last batch?"""
    model, (weight, bias), batches, _, used = run(sizes=(3, 2, 4), warmup=0)
    for (inputs, targets), (first, second) in zip(batches, used, strict=True):
        errors = inputs @ weight.T + bias - targets
        weight = weight - first * 2 * errors.T @ inputs / len(inputs)
        bias = bias - second * 2 * errors.mean(0)
    found = [*model.weight[0].tolist(), model.bias.item()]
    compare(found, [*weight[0].tolist(), bias.item()], "the weights and the bias")
