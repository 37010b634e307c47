"""Near misses of autograd/grad_accumulates."""

from typing import ClassVar

from backprep.testing import fails
from solutions.autograd.grad_accumulates import PREDICTIONS as RIGHT


@fails("test_says_what_two_passes_leave")
class thinks_that_backward_overwrites:
    """Without `zero_grad`, a training loop steps with the sum of all gradients."""

    PREDICTIONS = RIGHT | {"after_two_passes": [2.0, 4.0]}


@fails("test_says_which_tensors_keep_a_gradient")
class thinks_that_every_tensor_keeps_its_gradient:
    """Results in between get no `.grad`, unless `retain_grad` asks for it."""

    PREDICTIONS = RIGHT | {"grad_of_y": [2.0, 2.0]}


@fails("test_says_how_often_a_graph_can_be_walked")
class thinks_that_a_graph_is_retained_for_good:
    """The last pass without `retain_graph` frees what was saved."""

    PREDICTIONS = RIGHT | {"third_pass_raises": False}


@fails("test_says_what_clearing_leaves")
class thinks_that_zero_grad_leaves_zeros:
    """Code that reads `.grad` after it meets None."""

    PREDICTIONS = RIGHT | {"after_zero_grad": [0.0, 0.0]}


@fails("test_says_what_clearing_in_place_leaves")
class thinks_that_clearing_always_gives_none:
    """With `set_to_none=False` a tensor of zeros stays, and so does its memory."""

    PREDICTIONS = RIGHT | {"after_set_to_none_false": None}


@fails(
    "test_says_whether_an_edit_under_no_grad_is_noticed",
    "test_says_what_an_edit_through_data_does",
)
class thinks_that_autograd_saved_a_copy:
    """It keeps the tensor itself, so an edit reaches what `backward` reads."""

    PREDICTIONS = RIGHT | {
        "edit_under_no_grad_raises": False,
        "edit_through_data": 2.0,
    }


@fails("test_says_what_an_edit_through_data_does")
class thinks_that_data_is_a_safe_way_round:
    """The gradient is wrong and no error is raised; under `no_grad` one would be."""

    PREDICTIONS = RIGHT | {"edit_through_data": 2.0}


@fails(
    "test_predicts_each_line_that_is_printed",
    "test_says_which_tensors_keep_a_gradient",
)
class leaves_out_the_line_it_is_not_sure_of:
    """An interviewer hears nothing where a guess and its reason would do."""

    PREDICTIONS: ClassVar = {n: RIGHT[n] for n in RIGHT if n != "grad_of_y"}
