"""Near misses of training_loop/clip_grad_norm."""

import torch
from torch.linalg import vector_norm

from backprep.testing import fails


def _gradients(parameters, max_norm):
    if max_norm < 0:
        raise ValueError(f"max_norm must not be negative, but is {max_norm}")
    return [p.grad for p in parameters if p.grad is not None]


def _total(gradients, norm_type, error_if_nonfinite):
    if not gradients:
        return torch.tensor(0.0)
    total = vector_norm(
        torch.stack([vector_norm(g, norm_type) for g in gradients]), norm_type
    )
    if error_if_nonfinite and not total.isfinite():
        raise RuntimeError(f"the gradients have a norm of {total.item()}")
    return total


@fails(
    "test_scales_all_gradients_by_one_factor",
    "test_takes_any_iterable_and_skips_what_has_no_gradient",
    "test_takes_other_norms",
    "test_a_norm_that_is_not_finite_spoils_the_gradients",
)
@torch.no_grad()
def clips_each_gradient_alone(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """A layer with large gradients loses more than the others: the direction turns."""
    gradients = _gradients(parameters, max_norm)
    total = _total(gradients, norm_type, error_if_nonfinite)
    for gradient in gradients:
        norm = vector_norm(gradient, norm_type)
        gradient.mul_((max_norm / (norm + 1e-6)).clamp(max=1))
    return total


@fails("test_leaves_small_gradients_alone")
@torch.no_grad()
def normalises_small_gradients_too(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """Near a minimum, where gradients vanish, every step is blown up to full length."""
    gradients = _gradients(parameters, max_norm)
    total = _total(gradients, norm_type, error_if_nonfinite)
    for gradient in gradients:
        gradient.mul_(max_norm / (total + 1e-6))
    return total


@fails(
    "test_scales_all_gradients_by_one_factor",
    "test_leaves_small_gradients_alone",
    "test_returns_the_norm_from_before",
    "test_takes_any_iterable_and_skips_what_has_no_gradient",
    "test_takes_other_norms",
    "test_does_the_work_itself",
)
@torch.no_grad()
def adds_up_the_norms(parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False):
    """The sum is larger than the norm, so it clips too early and too much."""
    gradients = _gradients(parameters, max_norm)
    if not gradients:
        return torch.tensor(0.0)
    total = torch.stack([vector_norm(g, norm_type) for g in gradients]).sum()
    if error_if_nonfinite and not total.isfinite():
        raise RuntimeError(f"the gradients have a norm of {total.item()}")
    for gradient in gradients:
        gradient.mul_((max_norm / (total + 1e-6)).clamp(max=1))
    return total


@fails("test_takes_any_iterable_and_skips_what_has_no_gradient")
@torch.no_grad()
def reads_the_parameters_twice(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """The norm uses a generator up, and the loop that clips finds nothing."""
    gradients = _gradients(parameters, max_norm)
    total = _total(gradients, norm_type, error_if_nonfinite)
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.grad.mul_((max_norm / (total + 1e-6)).clamp(max=1))
    return total


@fails("test_changes_the_gradients_in_place")
@torch.no_grad()
def makes_new_gradients(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """Twice the memory for a moment, and who holds the old tensors is not clipped."""
    parameters = [p for p in parameters if p.grad is not None]
    gradients = _gradients(parameters, max_norm)
    total = _total(gradients, norm_type, error_if_nonfinite)
    for parameter in parameters:
        factor = (max_norm / (total + 1e-6)).clamp(max=1)
        parameter.grad = parameter.grad * factor
    return total


@fails(
    "test_returns_the_norm_from_before",
    "test_takes_any_iterable_and_skips_what_has_no_gradient",
    "test_takes_other_norms",
    "test_a_norm_that_is_not_finite_spoils_the_gradients",
    "test_does_the_work_itself",
)
@torch.no_grad()
def returns_the_clipped_norm(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """The log shows `max_norm` in every bad step, and never how bad it was."""
    gradients = _gradients(parameters, max_norm)
    total = _total(gradients, norm_type, error_if_nonfinite)
    factor = (max_norm / (total + 1e-6)).clamp(max=1)
    for gradient in gradients:
        gradient.mul_(factor)
    return total * factor


@fails(
    "test_scales_all_gradients_by_one_factor",
    "test_a_norm_that_is_not_finite_spoils_the_gradients",
    "test_reads_no_value_into_python",
)
@torch.no_grad()
def asks_whether_to_clip(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """The host waits for the device in every step; and NaN is never larger."""
    gradients = _gradients(parameters, max_norm)
    total = _total(gradients, norm_type, error_if_nonfinite)
    if total > max_norm:
        for gradient in gradients:
            gradient.mul_(max_norm / (total + 1e-6))
    return total


@fails("test_takes_other_norms")
@torch.no_grad()
def always_takes_the_euclidean_norm(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """`norm_type` is accepted and has no effect."""
    gradients = _gradients(parameters, max_norm)
    total = _total(gradients, 2.0, error_if_nonfinite)
    for gradient in gradients:
        gradient.mul_((max_norm / (total + 1e-6)).clamp(max=1))
    return total


@fails("test_raises_before_it_changes_anything")
@torch.no_grad()
def looks_for_errors_after_clipping(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """The error comes when there is nothing left to look at."""
    gradients = _gradients(parameters, max_norm)
    total = _total(gradients, norm_type, False)
    for gradient in gradients:
        gradient.mul_((max_norm / (total + 1e-6)).clamp(max=1))
    if error_if_nonfinite and not total.isfinite():
        raise RuntimeError(f"the gradients have a norm of {total.item()}")
    return total


@fails("test_returns_the_norm_from_before")
def records_what_it_does(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """A gradient with a graph of its own passes that on to every norm in the log."""
    gradients = _gradients(parameters, max_norm)
    total = _total(gradients, norm_type, error_if_nonfinite)
    factor = (max_norm / (total + 1e-6)).clamp(max=1)
    for gradient in gradients:
        gradient.mul_(factor)
    return total


@fails("test_raises_before_it_changes_anything", "test_does_the_work_itself")
def hands_the_work_to_pytorch(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """Nothing that was asked about is shown; a negative bound turns the gradients."""
    return torch.nn.utils.clip_grad_norm_(
        parameters, max_norm, norm_type, error_if_nonfinite
    )
