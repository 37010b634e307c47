"""Near misses of train_vs_eval/three_switches."""

from typing import ClassVar

from backprep.testing import fails
from solutions.train_vs_eval.three_switches import PREDICTIONS as RIGHT


@fails(
    "test_says_what_no_grad_does_to_running_statistics",
    "test_says_what_eval_does_to_running_statistics",
    "test_says_what_freezing_the_weights_does",
)
class thinks_that_no_grad_freezes_batch_norm:
    """Validation in training mode moves the statistics, and the test data leak in."""

    PREDICTIONS = RIGHT | {
        "mean_after_no_grad": [0.0],
        "mean_after_eval": [0.0],
        "mean_after_freezing": [10.0],
    }


@fails(
    "test_says_what_eval_does_to_running_statistics",
    "test_says_what_freezing_the_weights_does",
)
class thinks_that_eval_goes_on_averaging:
    """In evaluation mode the statistics are used, and stay as they are."""

    PREDICTIONS = RIGHT | {"mean_after_eval": [15.0], "mean_after_freezing": [17.5]}


@fails("test_says_whether_eval_stops_the_recording")
class thinks_that_eval_stops_gradients:
    """With `eval()` alone, validation keeps every activation for a backward pass."""

    PREDICTIONS = RIGHT | {"graph_after_eval": False}


@fails("test_says_what_freezing_the_weights_does")
class thinks_that_frozen_weights_freeze_the_statistics:
    """The running mean is not a parameter: a frozen backbone drifts all the same."""

    PREDICTIONS = RIGHT | {"mean_after_freezing": [10.0]}


@fails("test_says_which_switch_stops_a_dropout_layer")
class thinks_that_inference_mode_means_evaluation:
    """The name says inference, and dropout still drops."""

    PREDICTIONS = RIGHT | {"layer_drops_in_inference_mode": False}


@fails("test_says_whether_eval_reaches_a_function")
class thinks_that_eval_reaches_functions:
    """`F.dropout` drops unless it is told `training=self.training`."""

    PREDICTIONS = RIGHT | {"function_drops_after_eval": False}


@fails("test_says_what_no_grad_leaves_possible")
class thinks_that_no_grad_forbids_leaves:
    """A model that is built under `no_grad` can be trained afterwards."""

    PREDICTIONS = RIGHT | {"leaf_made_under_no_grad": False}


@fails("test_says_what_no_grad_leaves_possible")
class thinks_that_the_outer_switch_wins:
    """`enable_grad` is there to record inside of `no_grad`, as each optimizer does with
    its closure."""

    PREDICTIONS = RIGHT | {"enabled_inside_no_grad": False}


@fails("test_says_whether_inference_mode_can_be_lifted_inside")
class thinks_that_inference_mode_is_no_grad_by_another_name:
    """`enable_grad` has no effect in it, so saliency maps come out without a graph."""

    PREDICTIONS = RIGHT | {"enabled_inside_inference_mode": True}


@fails("test_says_which_results_can_be_trained_with")
class thinks_that_inference_tensors_are_ordinary:
    """Features that were computed in inference mode cannot be saved for backward."""

    PREDICTIONS = RIGHT | {"training_with_b_raises": False}


@fails("test_says_which_results_can_be_trained_with")
class thinks_that_no_grad_marks_its_tensors:
    """Its results are constants, and a product with a constant trains as usual."""

    PREDICTIONS = RIGHT | {"training_with_a_raises": True}


@fails(
    "test_predicts_each_line_that_is_printed",
    "test_says_whether_inference_mode_can_be_lifted_inside",
)
class leaves_out_the_line_it_is_not_sure_of:
    """An interviewer hears nothing where a guess and its reason would do."""

    PREDICTIONS: ClassVar = {
        n: RIGHT[n] for n in RIGHT if n != "enabled_inside_inference_mode"
    }
