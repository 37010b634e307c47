"""Near misses of autograd/hessian_vector_product."""

import torch
from torch.autograd import grad

from backprep.testing import fails


def _checked(f, x, v):
    """`f`, which refuses to give more than one number."""
    if v.shape != x.shape:
        raise ValueError(f"v has the shape {tuple(v.shape)}, x {tuple(x.shape)}")

    def checked(t):
        y = f(t)
        if y.numel() != 1:
            raise ValueError(f"f must give one number, not {y.numel()}")
        return y

    return checked


def _slope(f, x):
    """A leaf with the values of `x`, and the gradient there with its history."""
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return leaf, torch.zeros_like(x)
    return leaf, grad(y, leaf, create_graph=True, materialize_grads=True)[0]


@fails(
    "test_multiplies_the_hessian_by_v",
    "test_takes_any_shape",
    "test_is_exact_up_to_rounding",
    "test_does_not_build_the_hessian",
    "test_leaves_x_and_v_as_they_were",
    "test_leaves_what_f_uses_alone",
    "test_works_wherever_it_is_called",
    "test_is_zero_where_nothing_is_curved",
)
def forgets_create_graph(f, x, v):
    """The gradient has no history, so there is nothing to differentiate."""
    f = _checked(f, x, v)
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        y = f(leaf)
        if not y.requires_grad:
            return torch.zeros_like(x)
        (slope,) = grad(y, leaf, materialize_grads=True)
        return grad(slope, leaf, v)[0]


@fails("test_does_not_build_the_hessian")
def builds_the_hessian(f, x, v):
    """Right for a hundred parameters. For a million the matrix takes four terabytes."""
    f = _checked(f, x, v)
    n = x.numel()
    matrix = torch.autograd.functional.hessian(f, x.detach()).reshape(n, n)
    return (matrix.detach() @ v.detach().reshape(n)).reshape(x.shape)


@fails("test_does_not_build_the_hessian")
def computes_it_row_by_row(f, x, v):
    """The memory is saved, and there is a backward pass for each parameter."""
    f = _checked(f, x, v)
    with torch.enable_grad():
        leaf, slope = _slope(f, x)
        if not slope.requires_grad:
            return torch.zeros_like(x)
        rows = [
            grad(s, leaf, retain_graph=True, materialize_grads=True)[0]
            for s in slope.reshape(-1)
        ]
    return torch.stack([(row * v.detach()).sum() for row in rows]).reshape(x.shape)


@fails(
    "test_multiplies_the_hessian_by_v",
    "test_is_exact_up_to_rounding",
    "test_works_wherever_it_is_called",
)
def takes_a_difference_of_gradients(f, x, v):
    """In float32 four digits are left at best, and the step suits one scale only."""
    f = _checked(f, x, v)
    step = 1e-2 if x.dtype == torch.float32 else 1e-5
    with torch.enable_grad():
        x, v = x.detach(), v.detach()
        ahead, behind = (_slope(f, x + sign * step * v)[1] for sign in (1, -1))
    return ((ahead - behind) / (2 * step)).detach()


@fails(
    "test_multiplies_the_hessian_by_v",
    "test_takes_any_shape",
    "test_is_exact_up_to_rounding",
    "test_leaves_what_f_uses_alone",
    "test_works_wherever_it_is_called",
    "test_is_zero_where_nothing_is_curved",
)
def multiplies_the_gradient_by_itself(f, x, v):
    """That is the empirical Fisher matrix, which is another one."""
    f = _checked(f, x, v)
    with torch.enable_grad():
        _, slope = _slope(f, x)
    return (slope * (slope * v).sum()).detach()


@fails(
    "test_multiplies_the_hessian_by_v",
    "test_takes_any_shape",
    "test_works_wherever_it_is_called",
)
def takes_the_sum_of_a_row_for_its_product(f, x, v):
    """Right where the Hessian is diagonal, as in the first test that you try."""
    f = _checked(f, x, v)
    with torch.enable_grad():
        leaf, slope = _slope(f, x)
        if not slope.requires_grad:
            return torch.zeros_like(x)
        (rows,) = grad(slope.sum(), leaf, materialize_grads=True)
    return rows * v.detach()


@fails(
    "test_leaves_x_and_v_as_they_were",
    "test_is_zero_where_nothing_is_curved",
)
def marks_the_callers_tensor(f, x, v):
    """`x` requires a gradient from now on, and whatever it meets is recorded."""
    f = _checked(f, x, v)
    with torch.enable_grad():
        x.requires_grad_()
        y = f(x)
        if not y.requires_grad:
            return torch.zeros_like(x)
        (slope,) = grad(y, x, create_graph=True, materialize_grads=True)
        if not slope.requires_grad:
            return torch.zeros_like(x)
        return grad(slope, x, v, materialize_grads=True)[0]


@fails("test_leaves_x_and_v_as_they_were", "test_leaves_what_f_uses_alone")
def runs_backward(f, x, v):
    """The second pass writes into every leaf that it reaches: weights, and `v` too."""
    f = _checked(f, x, v)
    with torch.enable_grad():
        leaf, slope = _slope(f, x)
        if not slope.requires_grad:
            return torch.zeros_like(x)
        (slope * v).sum().backward()
    return torch.zeros_like(x) if leaf.grad is None else leaf.grad


@fails("test_works_wherever_it_is_called")
def trusts_the_callers_mode(f, x, v):
    """Under `no_grad` nothing is recorded, and the product comes out as zero."""
    f = _checked(f, x, v)
    leaf, slope = _slope(f, x)
    if not slope.requires_grad:
        return torch.zeros_like(x)
    return grad(slope, leaf, v, materialize_grads=True)[0]


@fails("test_is_zero_where_nothing_is_curved")
def expects_some_curvature(f, x, v):
    """A linear function, or a layer that is not used, stops the whole program."""
    f = _checked(f, x, v)
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        (slope,) = grad(f(leaf), leaf, create_graph=True)
        return grad(slope, leaf, v)[0]


@fails("test_leaves_what_f_uses_alone")
def leaves_the_graph_on_the_product(f, x, v):
    """Whoever collects products keeps three passes of each in memory."""
    f = _checked(f, x, v)
    with torch.enable_grad():
        leaf, slope = _slope(f, x)
        if not slope.requires_grad:
            return torch.zeros_like(x)
        (product,) = grad(slope, leaf, v, create_graph=True, materialize_grads=True)
    return product


@fails("test_refuses_what_does_not_fit")
def broadcasts_v(f, x, v):
    """A single number for `v` is taken for a vector of as many equal ones."""
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        y = f(leaf).sum()
        if not y.requires_grad:
            return torch.zeros_like(x)
        (slope,) = grad(y, leaf, create_graph=True, materialize_grads=True)
        if not slope.requires_grad:
            return torch.zeros_like(x)
        return grad((slope * v).sum(), leaf, materialize_grads=True)[0]
