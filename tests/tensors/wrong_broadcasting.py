"""Near misses of tensors/broadcasting."""

from typing import ClassVar

from backprep.testing import fails
from solutions.tensors.broadcasting import PREDICTIONS as RIGHT


@fails(
    "test_says_what_a_column_and_a_row_make", "test_says_what_batches_of_matrices_make"
)
class aligns_at_the_left:
    """A vector then meets the first dimension, and batches of different rank differ."""

    PREDICTIONS = RIGHT | {
        "column_plus_row": "raises",
        "matrix_products": "raises",
    }


@fails("test_says_which_dimension_a_vector_meets")
class thinks_that_a_vector_finds_its_channels:
    """Three numbers meet the last dimension, whatever the others are."""

    PREDICTIONS = RIGHT | {"images_minus_mean_raises": False}


@fails("test_says_what_becomes_of_a_size_of_zero")
class thinks_that_the_smaller_size_stretches:
    """Nothing can be read from no values: only a size of 1 stretches."""

    PREDICTIONS = RIGHT | {"no_rows": [1, 4], "no_values_raises": False}


@fails("test_says_which_pairs_a_loss_is_the_mean_of")
class takes_a_column_for_a_row:
    """A loss over all pairs raises nothing, and its best model is a constant."""

    PREDICTIONS = RIGHT | {"loss_of_column_and_row": 0.0}


@fails("test_says_what_a_sum_without_its_dimension_divides")
class thinks_that_row_sums_divide_rows:
    """Without `keepdim` each column is divided by the sum of another row."""

    PREDICTIONS = RIGHT | {"first_row_over_sums": [0.5, 0.5]}


@fails("test_says_whether_the_target_stretches")
class thinks_that_a_tensor_grows_in_place:
    """What is written to keeps its shape; the result would have no room."""

    PREDICTIONS = RIGHT | {"add_in_place_raises": False}


@fails("test_says_what_batches_of_matrices_make")
class thinks_that_batches_have_to_be_equal:
    """All dimensions but the last two broadcast, so a 1 needs no `expand`."""

    PREDICTIONS = RIGHT | {"matrix_products": [8, 1, 3, 2]}


@fails("test_says_what_goes_back_to_what_was_stretched")
class thinks_that_each_use_replaces_the_gradient:
    """The bias counts once for a whole batch, however large it is."""

    PREDICTIONS = RIGHT | {"gradient_of_bias": [1.0, 1.0, 1.0]}


@fails(
    "test_predicts_each_line_that_is_printed",
    "test_says_what_becomes_of_a_size_of_zero",
)
class leaves_out_what_never_happens:
    """The last shard of a filtered data set is empty sooner or later."""

    PREDICTIONS: ClassVar = {n: RIGHT[n] for n in RIGHT if n != "no_rows"}
