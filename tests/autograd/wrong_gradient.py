"""Near misses of autograd/gradient."""

import torch

from backprep.testing import fails


@fails(
    "test_leaves_x_as_it_was",
    "test_adds_to_no_grad_that_is_there",
    "test_works_with_gradients_switched_off",
    "test_works_on_the_result_of_a_computation",
    "test_can_be_used_inside_f",
    "test_is_zero_where_f_ignores_x",
    "test_refuses_what_is_not_floating_point",
)
def marks_the_tensor_it_was_given(f, x):
    """The caller's tensor requires a gradient from then on, and collects them."""
    x.requires_grad_()
    f(x).sum().backward()
    return x.grad


@fails(
    "test_adds_to_no_grad_that_is_there",
    "test_works_with_gradients_switched_off",
    "test_is_zero_where_f_ignores_x",
)
def calls_backward_on_a_copy(f, x):
    """The copy protects `x`, but every other tensor that `f` uses gets a `.grad`."""
    if not x.is_floating_point():
        raise ValueError("x must be floating point")
    leaf = x.detach().clone().requires_grad_()
    f(leaf).sum().backward()
    return leaf.grad


@fails(
    "test_gives_four_six_eight_for_the_polynomial",
    "test_is_exact_in_the_dtype_of_x",
    "test_sums_over_all_results_of_f",
    "test_works_with_gradients_switched_off",
    "test_works_on_the_result_of_a_computation",
    "test_can_be_used_inside_f",
    "test_is_zero_where_f_ignores_x",
    "test_refuses_what_is_not_floating_point",
)
def takes_the_mean_for_the_sum(f, x):
    """Every gradient is too small, by the number of elements."""
    leaf = x.detach().clone().requires_grad_()
    (result,) = torch.autograd.grad(f(leaf).mean(), leaf)
    return result


@fails(
    "test_gives_four_six_eight_for_the_polynomial",
    "test_is_exact_in_the_dtype_of_x",
    "test_sums_over_all_results_of_f",
    "test_works_with_gradients_switched_off",
    "test_works_on_the_result_of_a_computation",
    "test_can_be_used_inside_f",
    "test_is_zero_where_f_ignores_x",
    "test_refuses_what_is_not_floating_point",
)
def takes_a_difference_quotient(f, x):
    """Three digits at best, and it differentiates what autograd holds constant."""
    step = 1e-3
    with torch.no_grad():
        return (f(x + step) - f(x - step)) / (2 * step) * torch.ones_like(x)


@fails(
    "test_works_on_the_result_of_a_computation",
    "test_can_be_used_inside_f",
)
def keeps_the_graph_of_the_gradient(f, x):
    """`create_graph` keeps every intermediate result alive as long as the gradient."""
    if not x.is_floating_point():
        raise ValueError("x must be floating point")
    with torch.inference_mode(False), torch.enable_grad():
        leaf = x.clone().requires_grad_()
        y = f(leaf).sum()
        if not y.requires_grad:
            return torch.zeros_like(x)
        (result,) = torch.autograd.grad(y, leaf, create_graph=True, allow_unused=True)
    return torch.zeros_like(x) if result is None else result.clone()


@fails("test_leaves_x_as_it_was")
def puts_back_what_it_marked(f, x):
    """When `f` raises, the caller's tensor stays marked."""
    if not x.is_floating_point():
        raise ValueError("x must be floating point")
    if not x.requires_grad:
        x.requires_grad_()
        result = puts_back_what_it_marked(f, x)
        x.requires_grad_(False)
        return result
    with torch.inference_mode(False), torch.enable_grad():
        y = f(x).sum()
        if not y.requires_grad:
            return torch.zeros_like(x)
        (result,) = torch.autograd.grad(y, x, allow_unused=True)
    return torch.zeros_like(x) if result is None else result.clone()


@fails("test_works_with_gradients_switched_off")
def switches_gradients_on_for_good(f, x):
    """The caller's `no_grad` block records from then on, and fills the memory."""
    if not x.is_floating_point():
        raise ValueError("x must be floating point")
    torch.set_grad_enabled(True)
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf).sum()
    if not y.requires_grad:
        return torch.zeros_like(x)
    (result,) = torch.autograd.grad(y, leaf, allow_unused=True)
    return torch.zeros_like(x) if result is None else result.clone()


@fails("test_sums_over_all_results_of_f", "test_is_zero_where_f_ignores_x")
def weighs_by_ones_like_x(f, x):
    """It works for as long as `f` keeps the shape."""
    if not x.is_floating_point():
        raise ValueError("x must be floating point")
    with torch.inference_mode(False), torch.enable_grad():
        leaf = x.detach().clone().requires_grad_()
        y = f(leaf)
        if not y.requires_grad:
            return torch.zeros(x.shape)
        (result,) = torch.autograd.grad(y, leaf, torch.ones_like(x), allow_unused=True)
    return torch.zeros(x.shape) if result is None else result.clone()


@fails("test_works_on_the_result_of_a_computation")
def leaves_it_to_torch_func(f, x):
    """Where `f` uses a tensor that requires a gradient, the result holds a graph."""
    if not x.is_floating_point():
        raise ValueError("x must be floating point")
    return torch.func.grad(lambda t: f(t).sum())(x.detach())
