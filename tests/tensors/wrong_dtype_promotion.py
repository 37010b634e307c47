"""Near misses of tensors/dtype_promotion."""

from typing import ClassVar

from backprep.testing import fails
from solutions.tensors.dtype_promotion import PREDICTIONS as RIGHT


@fails("test_says_what_a_number_of_python_changes")
class takes_a_number_of_python_for_float64:
    """Every constant would turn half-precision code into double precision."""

    PREDICTIONS = RIGHT | {"ints_and_number": "float64", "half_and_number": "float64"}


@fails("test_says_what_two_tensors_give")
class compares_widths_before_categories:
    """float16 times int64 stays float16, although the integers had 64 bits."""

    PREDICTIONS = RIGHT | {"half_and_ints": "float64", "half_and_bfloat16": "float16"}


@fails("test_says_what_a_tensor_without_dimensions_changes")
class gives_every_tensor_the_same_say:
    """A scalar counts by its category alone: a float64 loss weight changes nothing."""

    PREDICTIONS = RIGHT | {"floats_and_no_dimension": "float64"}


@fails("test_says_what_a_tensor_without_dimensions_changes")
class takes_one_element_for_a_scalar:
    """A dimension of one is a dimension, and the whole result becomes float64."""

    PREDICTIONS = RIGHT | {"floats_and_one_element": "float32"}


@fails("test_says_how_integers_are_divided")
class divides_as_c_does:
    """-7 // 2 rounds down to -4, and the remainder has the sign of the divisor."""

    PREDICTIONS = RIGHT | {"floor_divided": [3, -3], "remainder": [1, -1]}


@fails("test_says_what_can_be_done_with_bools")
class takes_bools_for_integers:
    """The accuracy is not `correct.mean()`, and two masks added give a mask."""

    PREDICTIONS = RIGHT | {"bools_added": "int64", "mean_of_bools_raises": False}


@fails("test_says_when_small_integers_wrap_around")
class thinks_that_bytes_grow:
    """The brightest pixels of an image turn dark, and no error is raised."""

    PREDICTIONS = RIGHT | {"brighter": [300]}


@fails("test_says_when_small_integers_wrap_around")
class thinks_that_a_sum_stays_in_bytes:
    """Sums of integers and bools are int64, for this very reason."""

    PREDICTIONS = RIGHT | {"sum_of_pixels": 144}


@fails("test_says_what_fits_in_place", "test_says_what_an_assignment_casts")
class thinks_that_a_tensor_changes_its_dtype:
    """What is written to keeps its dtype: the value is cast, or refused."""

    PREDICTIONS = RIGHT | {
        "float_into_ints_raises": False,
        "half_after_add": "float64",
        "ints_after_assignment": [2.9, -7.0],
    }


@fails("test_says_what_an_assignment_casts")
class thinks_that_an_assignment_rounds:
    """It cuts off what is behind the point, and says nothing."""

    PREDICTIONS = RIGHT | {"ints_after_assignment": [3, -7]}


@fails("test_says_whether_a_product_promotes")
class thinks_that_products_promote:
    """One NumPy array in float64, and the first linear layer raises."""

    PREDICTIONS = RIGHT | {"product_raises": False}


@fails("test_predicts_each_line_that_is_printed", "test_says_how_integers_are_divided")
class leaves_out_the_negative_numbers:
    """Indices computed by `//` and `%` are where the difference is felt."""

    PREDICTIONS: ClassVar = {n: RIGHT[n] for n in RIGHT if n != "floor_divided"}
