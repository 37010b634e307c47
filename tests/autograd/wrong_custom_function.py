"""Near misses of autograd/custom_function."""

import torch
from torch.autograd.function import once_differentiable

from backprep.testing import fails
from solutions.autograd.custom_function import _Softplus


def _stable(z):
    return z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))


def _checked(beta):
    if not beta > 0:
        raise ValueError(f"beta must be above zero, not {beta}")
    return beta


class _Local(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return _stable(beta * x) / beta

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return torch.sigmoid(ctx.beta * x), None


@fails("test_passes_gradcheck", "test_passes_gradgradcheck")
def ignores_the_incoming_gradient(x, beta=1.0):
    """Right for a plain sum. Anything that comes after it is lost to the chain rule."""
    return _Local.apply(x, _checked(beta))


class _OnCtx(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.x, ctx.beta = x, beta
        return _stable(beta * x) / beta

    @staticmethod
    def backward(ctx, grad):
        return grad * torch.sigmoid(ctx.beta * ctx.x), None


@fails("test_an_edit_in_place_gives_no_wrong_gradient")
def keeps_x_on_ctx(x, beta=1.0):
    """Nobody compares its version: an edit in place gives a wrong gradient silently."""
    return _OnCtx.apply(x, _checked(beta))


class _SavesSigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(torch.sigmoid(beta * x))
        return _stable(beta * x) / beta

    @staticmethod
    def backward(ctx, grad):
        (slope,) = ctx.saved_tensors
        return grad * slope, None


@fails("test_passes_gradgradcheck")
def saves_the_sigmoid(x, beta=1.0):
    """It was made where nothing is recorded, so the second derivative takes it for a
    constant."""
    return _SavesSigmoid.apply(x, _checked(beta))


class _Once(_Softplus):
    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * torch.sigmoid(ctx.beta * x), None


@fails("test_passes_gradgradcheck")
def allows_one_derivative_only(x, beta=1.0):
    """Honest at least: a gradient penalty raises instead of learning nothing."""
    return _Once.apply(x, _checked(beta))


class _Overflows(_Softplus):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return torch.log(1 + torch.exp(beta * x)) / beta


@fails("test_keeps_its_digits_far_from_zero")
def writes_the_formula_as_it_stands(x, beta=1.0):
    """From 89 on it is infinite in float32, and below -17 it is 0."""
    return _Overflows.apply(x, _checked(beta))


class _Quotient(_Softplus):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        e = torch.exp(ctx.beta * x)
        return grad * e / (1 + e), None


@fails("test_keeps_its_digits_far_from_zero")
def divides_two_exponentials(x, beta=1.0):
    """Infinity over infinity: one large input, and every gradient is NaN."""
    return _Quotient.apply(x, _checked(beta))


class _OneGradient(_Softplus):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * torch.sigmoid(ctx.beta * x)


@fails(
    "test_keeps_its_digits_far_from_zero",
    "test_passes_gradcheck",
    "test_passes_gradgradcheck",
    "test_the_derivative_is_written_by_hand",
    "test_takes_any_shape_dtype_and_device",
)
def returns_a_gradient_for_x_alone(x, beta=1.0):
    """`backward` owes one for each argument of `forward`: `None` for `beta`."""
    return _OneGradient.apply(x, _checked(beta))


class _SavesTwo(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        y = _stable(beta * x) / beta
        ctx.save_for_backward(x, y)
        ctx.beta = beta
        return y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        return grad * torch.exp(ctx.beta * (x - y)), None


@fails("test_keeps_one_tensor_for_the_backward_pass")
def saves_input_and_result(x, beta=1.0):
    """A second tensor is kept alive, though either alone would do."""
    return _SavesTwo.apply(x, _checked(beta))


class _Undivided(_Softplus):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return _stable(beta * x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * ctx.beta * torch.sigmoid(ctx.beta * x), None


@fails(
    "test_gives_the_softplus_of_each_element",
    "test_keeps_its_digits_far_from_zero",
    "test_passes_gradcheck",
    "test_passes_gradgradcheck",
)
def leaves_out_the_division(x, beta=1.0):
    """`gradcheck` only compares the two methods, and both lack the same factor."""
    return _Undivided.apply(x, _checked(beta))


class _AsksAutograd(_Softplus):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            y = _stable(ctx.beta * x) / ctx.beta
            (result,) = torch.autograd.grad(y, x, grad, create_graph=True)
        return result, None


@fails(
    "test_keeps_its_digits_far_from_zero",
    "test_an_edit_in_place_gives_no_wrong_gradient",
    "test_the_derivative_is_written_by_hand",
)
def lets_autograd_derive_it(x, beta=1.0):
    """The stable formula has two kinks at 0, and there the slope comes out as 1."""
    return _AsksAutograd.apply(x, _checked(beta))


class _MakesZero(_Softplus):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return torch.logaddexp(beta * x, torch.zeros(1)) / beta


@fails("test_takes_any_shape_dtype_and_device")
def adds_a_zero_of_its_own(x, beta=1.0):
    """`torch.zeros(1)` lies on the CPU and has a dimension, whatever `x` has."""
    return _MakesZero.apply(x, _checked(beta))


@fails("test_refuses_a_beta_that_is_not_above_zero")
def divides_by_any_beta(x, beta=1.0):
    """At 0 everything is infinite, and below 0 the curve is another one."""
    return _Softplus.apply(x, beta)
