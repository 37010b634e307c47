from backprep.testing import agree, complete, prompt_says
from solutions.tensors.broadcasting import PREDICTIONS

QUESTION = "tensors/broadcasting"


@prompt_says(
    "Write `PREDICTIONS`, a dict from each name that the code prints to the value "
    "printed beside it.",
)
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says(
    'print("column_plus_row", (torch.ones(4, 1) + torch.ones(3)).shape)',
)
def test_says_what_a_column_and_a_row_make():
    """Write one shape below the other, the last dimensions in one line."""
    agree(PREDICTIONS, QUESTION, "column_plus_row")


@prompt_says(
    'print("images_minus_mean_raises", raises(lambda: images - mean))',
    'print("mean_for_each_channel", (images - mean[:, None, None]).shape)',
)
def test_says_which_dimension_a_vector_meets():
    """Nobody tells PyTorch that three numbers are for three channels."""
    names = "images_minus_mean_raises", "mean_for_each_channel"
    agree(PREDICTIONS, QUESTION, *names)


@prompt_says(
    'print("no_rows", (torch.ones(0, 4) * torch.ones(1, 4)).shape)',
    'print("no_values_raises", raises(lambda: torch.ones(0) + torch.ones(3)))',
)
def test_says_what_becomes_of_a_size_of_zero():
    """Which size stretches, and is it the smaller one?"""
    agree(PREDICTIONS, QUESTION, "no_rows", "no_values_raises")


@prompt_says(
    'print("loss_of_column_and_row", ((predictions - targets) ** 2).mean())',
    'print("loss_of_two_rows", ((predictions[:, 0] - targets) ** 2).mean())',
)
def test_says_which_pairs_a_loss_is_the_mean_of():
    """What is the shape of the difference, before its mean is taken?"""
    agree(PREDICTIONS, QUESTION, "loss_of_column_and_row", "loss_of_two_rows")


@prompt_says('print("first_row_over_sums", (counts / counts.sum(dim=1))[0])')
def test_says_what_a_sum_without_its_dimension_divides():
    """The sums have one dimension left. Do they lie along the rows or down a column?"""
    agree(PREDICTIONS, QUESTION, "first_row_over_sums")


@prompt_says(
    'print("add_in_place_raises", raises(lambda: x.add_(torch.ones(2, 3))))',
)
def test_says_whether_the_target_stretches():
    """How many numbers would have to be stored where `x` is?"""
    agree(PREDICTIONS, QUESTION, "add_in_place_raises")


@prompt_says(
    'print("matrix_products", (torch.ones(8, 1, 3, 4) @ torch.ones(5, 4, 2)).shape)',
)
def test_says_what_batches_of_matrices_make():
    """Two dimensions are for the product. What becomes of those before them?"""
    agree(PREDICTIONS, QUESTION, "matrix_products")


@prompt_says(
    '(torch.ones(5, 3) + bias).sum().backward() print("gradient_of_bias", bias.grad)',
)
def test_says_what_goes_back_to_what_was_stretched():
    """How often does each number of the bias stand in the sum?"""
    agree(PREDICTIONS, QUESTION, "gradient_of_bias")
