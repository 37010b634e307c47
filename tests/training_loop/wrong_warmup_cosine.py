"""Near misses of training_loop/warmup_cosine."""

import math

import torch
from torch.optim.lr_scheduler import LambdaLR

from backprep.testing import fails
from solutions.training_loop.warmup_cosine import warmup_cosine as _right


def _cosine(progress):
    return 0.5 * (1 + math.cos(math.pi * progress))


def _scheduler(optimizer, warmup, total):
    return LambdaLR(optimizer, lambda step: _right(step, warmup, total))


@fails(
    "test_can_be_handed_to_lambda_lr",
    "test_depends_on_its_arguments_alone",
    "test_one_of_the_two_parts_may_be_empty",
    "test_warms_up_in_equal_steps_from_the_first",
)
class starts_from_zero:
    """The first step trains nothing, and the last of the warm-up is not at the peak."""

    def warmup_cosine(step, warmup, total):
        factor = _right(step, warmup, total)
        return step / warmup if step < warmup else factor


@fails(
    "test_can_be_handed_to_lambda_lr",
    "test_depends_on_its_arguments_alone",
    "test_falls_along_half_a_cosine",
)
class falls_in_a_straight_line:
    """Right at both ends and in the middle, and nowhere else."""

    def warmup_cosine(step, warmup, total):
        factor = _right(step, warmup, total)
        if step < warmup or step >= total:
            return factor
        return 1 - (step - warmup) / (total - warmup)


@fails("test_can_be_handed_to_lambda_lr", "test_stays_at_zero_after_the_last_step")
class rises_again_after_the_end:
    """Train a little longer than planned, and the rate is back at its peak."""

    def warmup_cosine(step, warmup, total):
        if step <= total:
            return _right(step, warmup, total)
        return _cosine((step - warmup) / max(1, total - warmup))


@fails(
    "test_can_be_handed_to_lambda_lr",
    "test_depends_on_its_arguments_alone",
    "test_falls_along_half_a_cosine",
)
class begins_the_cosine_with_the_warm_up:
    """At the end of the warm-up the rate drops to where the cosine has got by then."""

    def warmup_cosine(step, warmup, total):
        factor = _right(step, warmup, total)
        return factor if step < warmup or step >= total else _cosine(step / total)


@fails("test_one_of_the_two_parts_may_be_empty")
class divides_by_what_is_left:
    """A run that is all warm-up ends in a division by zero."""

    def warmup_cosine(step, warmup, total):
        if step < 0 or total < 1 or not 0 <= warmup <= total:
            raise ValueError("there is no such schedule")
        if step < warmup:
            return (step + 1) / warmup
        return _cosine(min(1.0, (step - warmup) / (total - warmup)))


@fails("test_refuses_what_is_no_schedule")
class takes_any_lengths:
    """A warm-up that is too long ends before its peak, and no error says so."""

    def warmup_cosine(step, warmup, total):
        if step < warmup:
            return (step + 1) / warmup
        return _cosine((step - warmup) / (total - warmup)) if step < total else 0.0


@fails("test_depends_on_its_arguments_alone")
class returns_a_tensor:
    """`lr` becomes a tensor too, and the log is full of them."""

    def warmup_cosine(step, warmup, total):
        factor = _right(step, warmup, total)
        if step < warmup or step >= total:
            return factor
        progress = torch.tensor((step - warmup) / (total - warmup))
        return 0.5 * (1 + torch.cos(math.pi * progress))


@fails(
    "test_each_batch_is_a_step_along_its_own_gradient",
    "test_each_step_and_group_has_its_own_rate",
    "test_returns_the_rates_that_were_used",
)
def moves_the_schedule_first(model, loss_fn, batches, optimizer, *, warmup):
    """Every step has the rate of the next, the last one none, and PyTorch warns."""
    scheduler, rates = _scheduler(optimizer, warmup, len(batches)), []
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss_fn(model(inputs), targets).backward()
        scheduler.step()
        rates.append(scheduler.get_last_lr())
        optimizer.step()
    return rates


@fails("test_each_step_and_group_has_its_own_rate")
def moves_once_an_epoch(model, loss_fn, batches, optimizer, *, warmup):
    """The whole epoch trains with the first rate of the warm-up."""
    scheduler, rates = _scheduler(optimizer, warmup, len(batches)), []
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss_fn(model(inputs), targets).backward()
        rates.append(scheduler.get_last_lr())
        optimizer.step()
    scheduler.step()
    return rates


@fails("test_returns_the_rates_that_were_used")
def reports_the_next_rates(model, loss_fn, batches, optimizer, *, warmup):
    """Training is right, and the log is off by one step."""
    scheduler, rates = _scheduler(optimizer, warmup, len(batches)), []
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss_fn(model(inputs), targets).backward()
        optimizer.step()
        scheduler.step()
        rates.append(scheduler.get_last_lr())
    return rates


@fails("test_each_step_and_group_has_its_own_rate")
def gives_every_group_the_first_ones_peak(
    model, loss_fn, batches, optimizer, *, warmup
):
    """The layers that were to learn slowly learn as fast as the rest."""
    peak, rates = optimizer.param_groups[0]["lr"], []
    for step, (inputs, targets) in enumerate(batches):
        rate = peak * _right(step, warmup, len(batches))
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss_fn(model(inputs), targets).backward()
        optimizer.step()
        rates.append([rate] * len(optimizer.param_groups))
    return rates


@fails("test_each_batch_is_a_step_along_its_own_gradient")
def never_clears_the_gradients(model, loss_fn, batches, optimizer, *, warmup):
    """Each step goes along the sum of all gradients so far."""
    scheduler, rates = _scheduler(optimizer, warmup, len(batches)), []
    for inputs, targets in batches:
        loss_fn(model(inputs), targets).backward()
        rates.append(scheduler.get_last_lr())
        optimizer.step()
        scheduler.step()
    return rates
