from backprep.testing import agree, complete
from solutions.autograd.grad_accumulates import PREDICTIONS

QUESTION = "autograd/grad_accumulates"


def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


def test_says_what_two_passes_leave():
    """What does `backward` do with a gradient that is there already?"""
    agree(PREDICTIONS, QUESTION, "after_two_passes")


def test_says_which_tensors_keep_a_gradient():
    """`y` is the result of an operation. Whose gradients does `backward` keep?"""
    agree(PREDICTIONS, QUESTION, "grad_of_y")


def test_says_how_often_a_graph_can_be_walked():
    """`retain_graph` was said once; what did the pass without it leave behind?"""
    agree(PREDICTIONS, QUESTION, "third_pass_raises")


def test_says_what_clearing_in_place_leaves():
    """Here the tensor is to stay. What must it hold, so that the next pass is right?"""
    agree(PREDICTIONS, QUESTION, "after_set_to_none_false")


def test_says_what_clearing_leaves():
    """By default, does the memory of a gradient stay, or is it given back?"""
    agree(PREDICTIONS, QUESTION, "after_zero_grad")


def test_says_whether_an_edit_under_no_grad_is_noticed():
    """The product needs the old value of `a`. Was it copied, or is it watched?"""
    agree(PREDICTIONS, QUESTION, "edit_under_no_grad_raises")


def test_says_what_an_edit_through_data_does():
    """The derivative is twice what was saved. What stands in that memory now?"""
    agree(PREDICTIONS, QUESTION, "edit_through_data")
