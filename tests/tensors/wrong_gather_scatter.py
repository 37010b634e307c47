"""Near misses of tensors/gather_scatter."""

import torch

from backprep.testing import fails


def _check(index, shape, size):
    if index.shape != shape:
        raise ValueError(f"{tuple(index.shape)} is not {tuple(shape)}")
    if ((index < 0) | (index >= size)).any():
        raise IndexError(f"an index is not from 0 to {size - 1}")


def _wide(values):
    return values.to(torch.promote_types(values.dtype, torch.float32))


@fails("test_picks_one_logit_for_each_target")
class squeezes_every_dimension:
    """A batch of one loses its dimension, and the last batch of an epoch fails."""

    def pick(logits, targets):
        _check(targets, logits.shape[:-1], logits.shape[-1])
        return logits.gather(-1, targets.unsqueeze(-1)).squeeze()


@fails(
    "test_hidden_logits_beside_the_target_change_nothing",
    "test_works_on_all_rows_at_once",
)
class multiplies_by_one_hot:
    """Zero times minus infinity is NaN, and the mask is as large as the logits."""

    def pick(logits, targets):
        _check(targets, logits.shape[:-1], logits.shape[-1])
        one_hot = torch.nn.functional.one_hot(targets, logits.shape[-1])
        return (logits * one_hot.to(logits.dtype)).sum(dim=-1)


@fails("test_works_on_all_rows_at_once")
class picks_every_target_for_every_row:
    """The right logits are the diagonal of n by n numbers."""

    def pick(logits, targets):
        _check(targets, logits.shape[:-1], logits.shape[-1])
        flat = logits.reshape(-1, logits.shape[-1])
        return flat[:, targets.flatten()].diagonal().reshape(targets.shape)


@fails("test_an_index_out_of_range_raises")
class lets_minus_one_count_from_the_end:
    """A label of -1, which often means none, is trained as the last class."""

    def pick(logits, targets):
        if targets.shape != logits.shape[:-1]:
            raise ValueError(f"{tuple(targets.shape)}, {tuple(logits.shape)}")
        flat = logits.reshape(-1, logits.shape[-1])
        rows = torch.arange(len(flat), device=logits.device)
        return flat[rows, targets.flatten()].reshape(targets.shape)


@fails("test_an_index_of_another_shape_raises")
class leaves_shapes_to_gather:
    """Fewer targets than rows: the rest is not read, and no error is raised."""

    def pick(logits, targets):
        _check(targets, targets.shape, logits.shape[-1])
        return logits.gather(-1, targets.unsqueeze(-1)).squeeze(-1)


@fails(
    "test_adds_all_rows_with_the_same_index",
    "test_half_precision_is_added_up_in_single",
)
class adds_into_an_index:
    """Of rows with the same index one is kept, and the rest is lost."""

    def sum_by_index(values, index, size):
        _check(index, values.shape[:1], size)
        total = _wide(values).new_zeros(size, *values.shape[1:])
        total[index] += _wide(values)
        return total.to(values.dtype)


@fails(
    "test_adds_all_rows_with_the_same_index",
    "test_the_gradient_of_a_sum_reaches_each_row",
)
class scatters_with_a_column_for_an_index:
    """Only as much of each row is added as the index is wide."""

    def sum_by_index(values, index, size):
        _check(index, values.shape[:1], size)
        total = _wide(values).new_zeros(size, *values.shape[1:])
        column = index.reshape(-1, *[1] * (values.ndim - 1))
        return total.scatter_add(0, column, _wide(values)).to(values.dtype)


@fails("test_half_precision_is_added_up_in_single")
class adds_up_in_half_precision:
    """In bfloat16 a sum of ones stops at 256."""

    def sum_by_index(values, index, size):
        _check(index, values.shape[:1], size)
        total = values.new_zeros(size, *values.shape[1:])
        return total.index_add(0, index, values)


@fails("test_works_on_all_rows_at_once")
class adds_row_by_row:
    """Right, and a Python step for each row."""

    def sum_by_index(values, index, size):
        _check(index, values.shape[:1], size)
        total = _wide(values).new_zeros(size, *values.shape[1:])
        for row, place in zip(_wide(values), index, strict=True):
            total[place] += row
        return total.to(values.dtype)


@fails("test_the_gradient_of_a_sum_reaches_each_row")
class adds_without_a_gradient:
    """The model behind the values learns nothing from what is done with the sums."""

    def sum_by_index(values, index, size):
        _check(index, values.shape[:1], size)
        total = _wide(values).new_zeros(size, *values.shape[1:])
        with torch.no_grad():
            total.index_add_(0, index, _wide(values))
        return total.to(values.dtype)


@fails("test_leaves_the_arguments_where_and_as_they_are")
class makes_zeros_on_the_cpu:
    """Right on a CPU; on a GPU the zeros and the values do not meet."""

    def sum_by_index(values, index, size):
        _check(index, values.shape[:1], size)
        total = torch.zeros(size, *values.shape[1:], dtype=_wide(values).dtype)
        return total.index_add(0, index, _wide(values)).to(values.dtype)
