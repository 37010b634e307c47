from backprep.testing import agree, complete, prompt_says
from solutions.tensors.views_and_copies import PREDICTIONS

QUESTION = "tensors/views_and_copies"


@prompt_says(
    "Write `PREDICTIONS`, a dict from each name that the code prints to the value "
    "printed beside it.",
)
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says(
    'print("strides", x.stride())',
    'print("strides_transposed", x.t().stride())',
    'print("strides_of_every_other_column", x[:, ::2].stride())',
)
def test_says_how_far_the_next_number_is():
    """How many numbers lie in memory between this one and the one below it?"""
    names = "strides", "strides_transposed", "strides_of_every_other_column"
    agree(PREDICTIONS, QUESTION, *names)


@prompt_says('print("slice_shares", shares(x, x[:, 1:]))')
def test_says_what_a_slice_is():
    """Can these columns be read from the same memory, if one begins a little later?"""
    agree(PREDICTIONS, QUESTION, "slice_shares")


@prompt_says(
    'print("list_shares", shares(x, x[:, [1, 2]]))',
    'print("mask_shares", shares(x, x[x >= 0]))',
)
def test_says_what_an_index_of_numbers_or_truths_is():
    """The values of an index are not looked at: would strides do for any of them?"""
    agree(PREDICTIONS, QUESTION, "list_shares", "mask_shares")


@prompt_says('print("view_of_transposed_raises", raises(lambda: x.t().view(6)))')
def test_says_when_view_gives_up():
    """In which order are the six numbers, and what did `view` promise?"""
    agree(PREDICTIONS, QUESTION, "view_of_transposed_raises")


@prompt_says(
    'print("reshape_shares", shares(x, x.reshape(3, 2)))',
    'print("reshape_of_transposed_shares", shares(x, x.t().reshape(6)))',
)
def test_says_when_reshape_copies():
    """It copies if it has to. Where does it have to?"""
    agree(PREDICTIONS, QUESTION, "reshape_shares", "reshape_of_transposed_shares")


@prompt_says(
    'print("contiguous_shares", shares(x, x.contiguous()))',
    'print("contiguous_of_transposed_shares", shares(x, x.t().contiguous()))',
)
def test_says_when_contiguous_copies():
    """What is there to do for a tensor that lies in order already?"""
    agree(PREDICTIONS, QUESTION, "contiguous_shares", "contiguous_of_transposed_shares")


@prompt_says(
    'y.t()[0, 1] = 9 print("row_after_write_to_transposed", y[1])',
    'y.t().flatten()[0] = 9 print("row_after_write_to_flattened", y[0])',
)
def test_says_which_writes_reach_the_original():
    """Follow the memory: whose is it that is written to?"""
    names = "row_after_write_to_transposed", "row_after_write_to_flattened"
    agree(PREDICTIONS, QUESTION, *names)


@prompt_says(
    'z[[0, 2]].mul_(5) print("after_mul", z)',
    'z[[0, 2]] *= 5 print("after_assignment", z)',
)
def test_says_on_which_side_an_index_writes():
    """One of the two lines ends in an assignment to `z[...]`, and one does not."""
    agree(PREDICTIONS, QUESTION, "after_mul", "after_assignment")


@prompt_says(
    'print("add_to_expanded_raises", raises(lambda: rows.add_(1)))',
    'rows[0, 0] = 7 print("other_row_of_expanded", rows[1])',
)
def test_says_what_a_write_to_an_expanded_tensor_does():
    """How many numbers are there in memory, and how often would each be added to?"""
    agree(PREDICTIONS, QUESTION, "add_to_expanded_raises", "other_row_of_expanded")
