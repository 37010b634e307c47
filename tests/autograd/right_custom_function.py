"""Other right answers to autograd/custom_function."""

import torch


class _FromResult(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        y = torch.logaddexp(beta * x, torch.zeros_like(x)) / beta
        ctx.save_for_backward(y)
        ctx.beta = beta
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return -grad * torch.expm1(-ctx.beta * y), None


def derives_from_the_result(x, beta=1.0):
    """The sigmoid is 1 - exp(-beta * y), so the result is all that has to be kept. The
    next layer often keeps it too, and the input can be freed; an edit of the result,
    say by an in-place dropout, then raises."""
    if beta <= 0:
        raise ValueError(f"beta must be above zero, not {beta}")
    return _FromResult.apply(x, beta)


class _Apart(torch.autograd.Function):
    @staticmethod
    def forward(x, beta):
        z = beta * x
        return torch.where(z > 0, z, 0) / beta + torch.exp(-z.abs()).log1p() / beta

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.beta = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * torch.sigmoid(ctx.beta * x), None


def sets_up_the_context_apart(x, beta=1.0):
    """`forward` is a pure function, and `setup_context` says what to keep: the form
    that `torch.func` asks for. It is one method more."""
    if not beta > 0:
        raise ValueError(f"beta must be above zero, not {beta}")
    return _Apart.apply(x, beta)


class _Plain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return torch.relu(z) + torch.exp(-z.abs()).log1p()

    @staticmethod
    def backward(ctx, grad):
        (z,) = ctx.saved_tensors
        return grad.mul(z.sigmoid())


def scales_outside(x, beta=1.0):
    """The Function knows nothing of `beta`: autograd multiplies and divides, which
    takes two more nodes and passes over the data, and keeps nothing for them."""
    if beta <= 0:
        raise ValueError(f"beta must be above zero, not {beta}")
    return _Plain.apply(beta * x) / beta


class _Slope(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        e = torch.exp(-(beta * x).abs())
        return torch.where(x < 0, e, 1) / (1 + e)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        slope = _Slope.apply(x, ctx.beta)
        return grad * ctx.beta * slope * _Slope.apply(-x, ctx.beta), None


class _Nested(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        z = beta * x
        return torch.where(z > 30, z, z.clamp(max=30).exp().log1p()) / beta

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * _Slope.apply(x, ctx.beta), None


def writes_the_second_derivative_too(x, beta=1.0):
    """The derivative is a Function of its own, so that each order is under your
    control, as with kernels that autograd cannot see into. Twice the formulas, twice
    the `gradcheck`."""
    if not beta > 0:
        raise ValueError(f"beta must be above zero, not {beta}")
    return _Nested.apply(x, beta)
