"""Other right answers to training_loop/clip_grad_norm."""

import math

import torch


@torch.no_grad()
def joins_the_gradients(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """The definition, word for word: one vector, one norm. For a moment it needs the
    memory of all gradients once more."""
    if max_norm < 0:
        raise ValueError(f"max_norm is {max_norm}, which is negative")
    gradients = [p.grad for p in parameters if p.grad is not None]
    if len(gradients) == 0:
        return torch.zeros(())
    joined = torch.cat([gradient.flatten() for gradient in gradients])
    total = torch.linalg.vector_norm(joined, norm_type)
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(f"the gradients have a norm of {float(total)}")
    bounded = torch.minimum(torch.ones_like(total), max_norm / (total + 1e-6))
    for gradient in gradients:
        gradient *= bounded
    return total


@torch.no_grad()
def works_on_all_at_once(
    parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False
):
    """The `_foreach` operations take the whole list: on a GPU a few kernels in place of
    two for each gradient, as in PyTorch's own. They are private, and may change."""
    if max_norm < 0:
        raise ValueError(f"max_norm is {max_norm}, which is negative")
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    norms = torch.stack(torch._foreach_norm(gradients, norm_type))
    total = torch.linalg.vector_norm(norms, norm_type)
    if error_if_nonfinite and not torch.isfinite(total):
        raise RuntimeError(f"the gradients have a norm of {total:g}")
    torch._foreach_mul_(gradients, torch.clamp(max_norm / (total + 1e-6), max=1.0))
    return total


def sums_the_powers(parameters, max_norm, norm_type=2.0, *, error_if_nonfinite=False):
    """The formula by hand, with a case of its own for the largest value. Squares of
    large half-precision gradients overflow, where `vector_norm` may not."""
    if max_norm < 0:
        raise ValueError(f"max_norm is {max_norm}, which is negative")
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    if norm_type == math.inf:
        total = torch.stack([g.abs().max() for g in gradients]).max()
    else:
        powers = [g.abs().pow(norm_type).sum() for g in gradients]
        total = torch.stack(powers).sum().pow(1 / norm_type)
    if error_if_nonfinite and (total.isnan() or total.isinf()):
        raise RuntimeError(f"the gradients have a norm of {total.item()}")
    for gradient in gradients:
        gradient.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    return total
