"""Near misses of tensors/views_and_copies."""

from typing import ClassVar

from backprep.testing import fails
from solutions.tensors.views_and_copies import PREDICTIONS as RIGHT


@fails("test_says_how_far_the_next_number_is")
class takes_strides_for_those_of_the_shape:
    """A view has strides of the memory that it reads, not of its own shape."""

    PREDICTIONS = RIGHT | {
        "strides_transposed": [2, 1],
        "strides_of_every_other_column": [2, 1],
    }


@fails("test_says_what_a_slice_is")
class thinks_that_a_slice_copies_as_a_list_does:
    """Normalising a slice in place changes the data set that it came from."""

    PREDICTIONS = RIGHT | {"slice_shares": False}


@fails(
    "test_says_what_an_index_of_numbers_or_truths_is",
    "test_says_on_which_side_an_index_writes",
)
class thinks_that_all_indexing_gives_views:
    """A write to what a list or a mask selected is lost, and no error is raised."""

    PREDICTIONS = RIGHT | {
        "list_shares": True,
        "mask_shares": True,
        "after_mul": [5.0, 1.0, 5.0],
        "after_assignment": [25.0, 1.0, 25.0],
    }


@fails("test_says_when_view_gives_up")
class thinks_that_view_copies_if_need_be:
    """That is `reshape`; `view` never does."""

    PREDICTIONS = RIGHT | {"view_of_transposed_raises": False}


@fails("test_says_when_reshape_copies", "test_says_which_writes_reach_the_original")
class thinks_that_reshape_is_always_a_view:
    """Right until somebody transposes; then writes go to a copy."""

    PREDICTIONS = RIGHT | {
        "reshape_of_transposed_shares": True,
        "row_after_write_to_flattened": [9, 1],
    }


@fails("test_says_when_reshape_copies")
class thinks_that_reshape_always_copies:
    """Where the strides allow it, a write to the result reaches the original."""

    PREDICTIONS = RIGHT | {"reshape_shares": False}


@fails("test_says_when_contiguous_copies")
class thinks_that_contiguous_always_copies:
    """It is no `clone`: of a tensor in order it gives the tensor itself."""

    PREDICTIONS = RIGHT | {"contiguous_shares": False}


@fails(
    "test_says_how_far_the_next_number_is", "test_says_which_writes_reach_the_original"
)
class thinks_that_a_transpose_moves_numbers:
    """It swaps two strides and costs nothing, whatever the size."""

    PREDICTIONS = RIGHT | {
        "strides_transposed": [2, 1],
        "row_after_write_to_transposed": [2, 3],
    }


@fails("test_says_what_a_write_to_an_expanded_tensor_does")
class thinks_that_expand_makes_rows_of_its_own:
    """All rows are one, so a write to one of them changes all."""

    PREDICTIONS = RIGHT | {
        "add_to_expanded_raises": False,
        "other_row_of_expanded": [1.0, 1.0, 1.0],
    }


@fails("test_predicts_each_line_that_is_printed", "test_says_what_a_slice_is")
class leaves_out_what_seems_obvious:
    """The interviewer wants to hear that it is a view, and why."""

    PREDICTIONS: ClassVar = {n: RIGHT[n] for n in RIGHT if n != "slice_shares"}
