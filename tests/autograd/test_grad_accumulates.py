from backprep.testing import agree, complete, prompt_says
from solutions.autograd.grad_accumulates import PREDICTIONS

QUESTION = "autograd/grad_accumulates"


@prompt_says(
    "Write `PREDICTIONS`, a dict from each name that the code prints to the value "
    "printed beside it.",
)
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says(
    'loss.backward(retain_graph=True) loss.backward() print("after_two_passes", '
    "w.grad)",
)
def test_says_what_two_passes_leave():
    """What does `backward` do with a gradient that is there already?"""
    agree(PREDICTIONS, QUESTION, "after_two_passes")


@prompt_says('print("grad_of_y", y.grad)')
def test_says_which_tensors_keep_a_gradient():
    """`y` is the result of an operation. Whose gradients does `backward` keep?"""
    agree(PREDICTIONS, QUESTION, "grad_of_y")


@prompt_says('print("third_pass_raises", raises(loss.backward))')
def test_says_how_often_a_graph_can_be_walked():
    """`retain_graph` was said once; what did the pass without it leave behind?"""
    agree(PREDICTIONS, QUESTION, "third_pass_raises")


@prompt_says('print("after_set_to_none_false", w.grad)')
def test_says_what_clearing_in_place_leaves():
    """Here the tensor is to stay. What must it hold, so that the next pass is right?"""
    agree(PREDICTIONS, QUESTION, "after_set_to_none_false")


@prompt_says('print("after_zero_grad", w.grad)')
def test_says_what_clearing_leaves():
    """By default, does the memory of a gradient stay, or is it given back?"""
    agree(PREDICTIONS, QUESTION, "after_zero_grad")


@prompt_says('print("edit_under_no_grad_raises", raises(square.backward))')
def test_says_whether_an_edit_under_no_grad_is_noticed():
    """The product needs the old value of `a`. Was it copied, or is it watched?"""
    agree(PREDICTIONS, QUESTION, "edit_under_no_grad_raises")


@prompt_says('print("edit_through_data", b.grad)')
def test_says_what_an_edit_through_data_does():
    """The derivative is twice what was saved. What stands in that memory now?"""
    agree(PREDICTIONS, QUESTION, "edit_through_data")
