"""Near misses of tensors/softmax."""

import torch

from backprep.testing import fails


def _wide(x):
    return x.to(torch.promote_types(x.dtype, torch.float32))


def _highest(logits, dim):
    """The largest value of each slice, and 0 for a slice of `-inf`."""
    highest = logits.detach().amax(dim, keepdim=True)
    return highest.masked_fill(highest == -torch.inf, 0)


def _divided(exps, dim):
    """The exponentials over their sum; zeros stay zeros."""
    total = exps.sum(dim, keepdim=True)
    return exps / total.masked_fill(total == 0, 1)


@fails(
    "test_logits_of_any_size_do_not_overflow",
    "test_a_hidden_place_gets_nothing",
    "test_a_nan_is_not_hidden",
    "test_the_gradient_is_never_nan",
)
def takes_the_formula_as_it_stands(x, dim):
    """Logits of 100 overflow, and those of -200 are divided by a sum of zero."""
    return _divided(_wide(x).exp(), dim).to(x.dtype)


@fails(
    "test_works_along_any_dimension",
    "test_logits_of_any_size_do_not_overflow",
    "test_a_hidden_place_gets_nothing",
    "test_a_nan_is_not_hidden",
    "test_the_gradient_is_never_nan",
)
def subtracts_the_largest_value_of_all(x, dim):
    """Nothing overflows, but in slices far below it every exponential is zero."""
    logits = _wide(x)
    highest = logits.detach().max()
    highest = highest.masked_fill(highest == -torch.inf, 0)
    return _divided((logits - highest).exp(), dim).to(x.dtype)


@fails(
    "test_logits_of_any_size_do_not_overflow",
    "test_a_hidden_place_gets_nothing",
    "test_a_nan_is_not_hidden",
)
def clamps_the_logits(x, dim):
    """No overflow, but all logits above 80 count the same, and hidden ones count."""
    return _divided(_wide(x).clamp(-80, 80).exp(), dim).to(x.dtype)


@fails(
    "test_works_along_any_dimension",
    "test_logits_of_any_size_do_not_overflow",
    "test_a_hidden_place_gets_nothing",
    "test_a_nan_is_not_hidden",
    "test_the_gradient_is_never_nan",
    "test_half_precision_is_rounded_once",
    "test_keeps_double_precision",
    "test_is_built_from_exponentials",
)
def forgets_to_keep_the_dimension(x, dim):
    """A square matrix broadcasts along the other dimension; other shapes raise."""
    logits = _wide(x)
    highest = _highest(logits, dim)
    exps = (logits - highest).exp()
    total = exps.sum(dim)
    return (exps / total.masked_fill(total == 0, 1)).to(x.dtype)


@fails("test_refuses_a_dimension_that_is_not_there")
def wraps_the_dimension_around(x, dim):
    """A dimension that is not there silently stands for another one."""
    logits, dim = _wide(x), dim % x.ndim
    return _divided((logits - _highest(logits, dim)).exp(), dim).to(x.dtype)


@fails(
    "test_a_hidden_place_gets_nothing",
    "test_a_nan_is_not_hidden",
    "test_the_gradient_is_never_nan",
)
def leaves_hidden_slices_to_nan(x, dim):
    """One text that is all padding, and every weight of the model is NaN."""
    logits = _wide(x)
    exps = (logits - logits.amax(dim, keepdim=True)).exp()
    return (exps / exps.sum(dim, keepdim=True)).to(x.dtype)


@fails("test_a_nan_is_not_hidden", "test_the_gradient_is_never_nan")
def covers_every_nan_with_zero(x, dim):
    """The gradient is NaN all the same, and a model that has diverged looks well."""
    logits = _wide(x)
    exps = (logits - logits.amax(dim, keepdim=True)).exp()
    return (exps / exps.sum(dim, keepdim=True)).nan_to_num(0).to(x.dtype)


@fails("test_the_gradient_is_never_nan")
def chooses_zeros_after_dividing(x, dim):
    """The values are right, but backward walks through the branch not taken."""
    logits = _wide(x)
    highest = logits.amax(dim, keepdim=True)
    exps = (logits - highest).exp()
    result = exps / exps.sum(dim, keepdim=True)
    return torch.where(highest == -torch.inf, 0, result).to(x.dtype)


@fails("test_half_precision_is_rounded_once")
def stays_in_half_precision(x, dim):
    """A sum above 65504 is infinite in float16, and every step rounds."""
    return _divided((x - _highest(x, dim)).exp(), dim)


@fails("test_logits_of_any_size_do_not_overflow", "test_keeps_double_precision")
def always_works_in_single_precision(x, dim):
    """`x.float()` widens half precision, and narrows double precision."""
    logits = x.float()
    return _divided((logits - _highest(logits, dim)).exp(), dim).to(x.dtype)


@fails("test_the_gradient_is_never_nan", "test_leaves_x_alone")
def subtracts_in_place(x, dim):
    """The caller's logits are shifted, and a leaf that requires a gradient raises."""
    logits = _wide(x)
    logits -= _highest(logits, dim)
    return _divided(logits.exp(), dim).to(x.dtype)


@fails("test_is_built_from_exponentials")
def calls_what_it_was_asked_to_write(x, dim):
    """The interviewer learns that you know its name."""
    hidden = (x == -torch.inf).all(dim, keepdim=True)
    return (
        torch.log_softmax(_wide(x).masked_fill(hidden, 0), dim)
        .exp()
        .masked_fill(hidden, 0)
        .to(x.dtype)
    )
