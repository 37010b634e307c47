from backprep.testing import agree, complete, prompt_says
from solutions.tensors.dtype_promotion import PREDICTIONS

QUESTION = "tensors/dtype_promotion"


@prompt_says(
    "Write `PREDICTIONS`, a dict from each name that the code prints to the value "
    "printed beside it.",
)
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says(
    'print("ints_and_number", (ints + 0.5).dtype)',
    'print("half_and_number", (half + 0.5).dtype)',
)
def test_says_what_a_number_of_python_changes():
    """Does the number stand for a precision, or for a kind of value?"""
    agree(PREDICTIONS, QUESTION, "ints_and_number", "half_and_number")


@prompt_says(
    'print("half_and_ints", (half * ints).dtype)',
    'print("half_and_bfloat16", (half + half.bfloat16()).dtype)',
)
def test_says_what_two_tensors_give():
    """Category first, then width. Which dtype holds what both of them can hold?"""
    agree(PREDICTIONS, QUESTION, "half_and_ints", "half_and_bfloat16")


@prompt_says(
    'print("floats_and_no_dimension", (floats + precise).dtype)',
    'print("floats_and_one_element", (floats + precise.reshape(1)).dtype)',
    'print("ints_and_no_dimension", (ints + precise).dtype)',
)
def test_says_what_a_tensor_without_dimensions_changes():
    """It has less of a say than a tensor with dimensions, if only one."""
    names = "floats_and_no_dimension", "floats_and_one_element", "ints_and_no_dimension"
    agree(PREDICTIONS, QUESTION, *names)


@prompt_says(
    'print("divided", ints / 2)',
    'print("floor_divided", ints // 2)',
    'print("remainder", ints % 2)',
    'print("truncated", torch.div(ints, 2, rounding_mode="trunc"))',
)
def test_says_how_integers_are_divided():
    """Three ways to divide -7 by 2, and a remainder that goes with one of them."""
    names = "divided", "floor_divided", "remainder", "truncated"
    agree(PREDICTIONS, QUESTION, *names)


@prompt_says(
    'print("sum_of_bools", correct.sum())',
    'print("bools_added", (correct + correct).dtype)',
    'print("mean_of_bools_raises", raises(correct.mean))',
)
def test_says_what_can_be_done_with_bools():
    """A sum has to count. What do an addition and a mean have to do?"""
    names = "sum_of_bools", "bools_added", "mean_of_bools_raises"
    agree(PREDICTIONS, QUESTION, *names)


@prompt_says(
    'print("brighter", pixels + 100)',
    'print("sum_of_pixels", torch.cat([pixels, pixels]).sum())',
)
def test_says_when_small_integers_wrap_around():
    """How many values has a byte, and which of the two lines stays in bytes?"""
    agree(PREDICTIONS, QUESTION, "brighter", "sum_of_pixels")


@prompt_says(
    'print("float_into_ints_raises", raises(lambda: ints.add_(0.5)))',
    'print("half_after_add", half.dtype)',
)
def test_says_what_fits_in_place():
    """The memory is there, and its dtype with it. What may be cast to it?"""
    agree(PREDICTIONS, QUESTION, "float_into_ints_raises", "half_after_add")


@prompt_says('ints[0] = 2.9 print("ints_after_assignment", ints)')
def test_says_what_an_assignment_casts():
    """An assignment to an element copies. Does a copy ask?"""
    agree(PREDICTIONS, QUESTION, "ints_after_assignment")


@prompt_says(
    'print("product_raises", raises(lambda: torch.ones(2, 2) @ torch.ones(2, '
    "2).double()))",
)
def test_says_whether_a_product_promotes():
    """Promotion is for elementwise operations. Is this one of them?"""
    agree(PREDICTIONS, QUESTION, "product_raises")
