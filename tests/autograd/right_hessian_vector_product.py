"""Other right answers to autograd/hessian_vector_product."""

import torch
from torch import func
from torch.autograd import functional


def _same_shape(x, v):
    if v.shape != x.shape:
        raise ValueError(f"v has the shape {tuple(v.shape)}, x {tuple(x.shape)}")


def _single(y):
    if y.numel() != 1:
        raise ValueError(f"f must give one number, not {y.numel()}")
    return y.reshape(())


def goes_forward_over_reverse(f, x, v):
    """`jvp` carries the direction along while the gradient is computed: one pass, and
    no graph of the gradient is kept. Each operation in `f` must know its forward-mode
    derivative, which a custom Function often does not."""
    _same_shape(x, v)
    slope = func.grad(lambda t: _single(f(t)))
    _, product = func.jvp(slope, (x.detach(),), (v.detach(),))
    return product.detach()


def differentiates_a_dot_product(f, x, v):
    """The gradient times `v` is a number again, and its gradient is the product. It
    takes two nodes more than passing `v` to the second pass, and reads as in a book."""
    _same_shape(x, v)
    v = v.detach()
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        number = _single(f(leaf)) + 0 * leaf.sum()
        (slope,) = torch.autograd.grad(number, leaf, create_graph=True)
        along = (slope * v).sum() + 0 * leaf.sum()
        (product,) = torch.autograd.grad(along, leaf)
    return product


def asks_for_the_ready_one(f, x, v):
    """`torch.autograd.functional.hvp` does the same two passes, with zeros where
    nothing is curved. It returns the value of `f` too, which is dropped here."""
    _same_shape(x, v)
    with torch.enable_grad():
        _, product = functional.hvp(lambda t: _single(f(t)), x.detach(), v.detach())
    return product.detach()


def differentiates_along_a_line(f, x, v):
    """The gradient at `x + t * v` is a function of one number, and its derivative at 0
    is the product: the definition itself, in forward mode, which every operation in `f`
    must support."""
    _same_shape(x, v)
    x, v = x.detach(), v.detach()
    slope = func.grad(lambda t: _single(f(t)))
    zero = x.new_zeros(())
    _, product = func.jvp(lambda t: slope(x + t * v), (zero,), (zero + 1,))
    return product.detach()
