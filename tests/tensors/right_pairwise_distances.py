"""Other right answers to tensors/pairwise_distances."""

import torch


def _moved(a, b):
    if a.ndim != 2 or b.ndim != 2 or a.size(1) != b.size(1):
        raise ValueError(f"sets of shapes {tuple(a.shape)} and {tuple(b.shape)}")
    origin = b.detach().mean(0)
    return a - origin, b - origin


def lets_addmm_add(a, b):
    """The product is added to the squared lengths in one call, so one temporary less is
    alive. The order of its arguments is not easy to read."""
    a, b = _moved(a, b)
    lengths = (a * a).sum(1)[:, None] + (b * b).sum(1)[None]
    squares = torch.addmm(lengths, a, b.t(), alpha=-2)
    same = squares <= 0
    return squares.masked_fill(same, 1).sqrt().masked_fill(same, 0)


def clamps_above_zero(a, b):
    """A clamp at the smallest normal number passes on no gradient below it, and so one
    line mends value and slope. Points that coincide are about 1e-19 apart."""
    a, b = _moved(a, b)
    squares = (a @ b.T).mul(-2) + b.pow(2).sum(1) + a.pow(2).sum(1, keepdim=True)
    return squares.clamp(min=torch.finfo(a.dtype).tiny).sqrt()


class _Distances(torch.autograd.Function):
    """Saves the points and the distances; the gradient is two products."""

    @staticmethod
    def forward(ctx, a, b):
        squares = torch.einsum("nd,md->nm", a, b).mul_(-2)
        squares += torch.einsum("nd,nd->n", a, a)[:, None]
        squares += torch.einsum("md,md->m", b, b)
        distances = squares.clamp_(min=0).sqrt_()
        ctx.save_for_backward(a, b, distances)
        return distances

    @staticmethod
    def backward(ctx, grad):
        a, b, distances = ctx.saved_tensors
        pulls = (grad / distances).masked_fill(distances == 0, 0)
        return (
            pulls.sum(1, keepdim=True) * a - pulls @ b,
            pulls.sum(0)[:, None] * b - pulls.T @ a,
        )


def writes_its_own_backward(a, b):
    """Works in place and saves one tensor of the size of the result. The derivative is
    yours to test, and there is no second one."""
    return _Distances.apply(*_moved(a, b))
