"""Near misses of pytorch_vs_tensorflow/traced_once."""

from typing import ClassVar

from backprep.testing import fails
from solutions.pytorch_vs_tensorflow.traced_once import PREDICTIONS as RIGHT


@fails(
    "test_says_how_often_a_side_effect_happens",
    "test_says_what_becomes_of_a_global_that_changes",
    "test_says_when_the_random_number_is_drawn",
)
class takes_torch_compile_for_tf_function:
    """Rewrites code that was right, since compiled Python still has its effects."""

    PREDICTIONS = RIGHT | {
        "torch_ran": 1,
        "torch_with_another_rate": 2.0,
        "torch_repeats_its_noise": True,
    }


@fails(
    "test_says_how_often_a_side_effect_happens",
    "test_says_what_becomes_of_a_global_that_changes",
    "test_says_when_the_random_number_is_drawn",
    "test_says_which_branches_the_python_goes_through",
)
class takes_tf_function_for_plain_python:
    """Counts once, and augments every batch with the noise of the first."""

    PREDICTIONS = RIGHT | {
        "tensorflow_ran": 3,
        "tensorflow_with_another_rate": 10.0,
        "tensorflow_repeats_its_noise": False,
        "tensorflow_branches_run": 1,
    }


@fails("test_says_what_becomes_of_a_global_that_changes")
class thinks_that_a_changed_global_is_traced_again:
    """Changes the learning rate in the middle of training, and nothing happens."""

    PREDICTIONS = RIGHT | {"tensorflow_with_another_rate": 10.0}


@fails("test_says_when_the_random_number_is_drawn")
class thinks_that_noise_is_always_new:
    """Python's was drawn while tracing; only TensorFlow's own draws are operations."""

    PREDICTIONS = RIGHT | {"tensorflow_repeats_its_noise": False}


@fails("test_says_which_branches_the_python_goes_through")
class thinks_that_one_branch_is_traced:
    """Both are, as it is not known yet which it will be, and both have effects."""

    PREDICTIONS = RIGHT | {"tensorflow_branches_run": 1}


@fails("test_says_which_branches_the_python_goes_through")
class thinks_that_both_libraries_trace_both_branches:
    """PyTorch ends the graph, looks at the value, and takes one way."""

    PREDICTIONS = RIGHT | {"torch_branches_run": 2}


@fails("test_says_whether_another_value_is_another_graph")
class thinks_that_every_value_is_traced:
    """A tensor's values are inputs; a graph is made for its dtype and shape."""

    PREDICTIONS = RIGHT | {
        "torch_graphs_of_tensors": 3,
        "tensorflow_graphs_of_tensors": 3,
    }


@fails("test_says_how_torch_compile_meets_new_numbers_and_sizes")
class thinks_that_every_number_is_compiled:
    """Pads every batch, where a second graph would have served all sizes."""

    PREDICTIONS = RIGHT | {"torch_graphs_of_numbers": 4, "torch_graphs_of_shapes": 4}


@fails("test_says_how_torch_compile_meets_new_numbers_and_sizes")
class thinks_that_the_first_graph_is_general:
    """Is surprised by a second compilation in the middle of the first epoch."""

    PREDICTIONS = RIGHT | {"torch_graphs_of_numbers": 1, "torch_graphs_of_shapes": 1}


@fails("test_says_how_tf_function_meets_new_numbers_and_sizes")
class thinks_that_one_trace_fits_all:
    """Passes the step as a Python number, and each step is traced for itself."""

    PREDICTIONS = RIGHT | {
        "tensorflow_graphs_of_numbers": 1,
        "tensorflow_graphs_of_shapes": 1,
    }


@fails("test_says_how_tf_function_meets_new_numbers_and_sizes")
class thinks_that_tensorflow_generalises_by_itself:
    """Shapes need `reduce_retracing` or a signature; numbers always stay constants."""

    PREDICTIONS = RIGHT | {
        "tensorflow_graphs_of_numbers": 2,
        "tensorflow_graphs_of_shapes": 2,
    }


@fails(
    "test_predicts_each_line_that_is_printed",
    "test_says_which_branches_the_python_goes_through",
)
class leaves_out_the_line_it_is_not_sure_of:
    """An interviewer hears nothing where a guess and its reason would do."""

    PREDICTIONS: ClassVar = {
        n: RIGHT[n] for n in RIGHT if n != "tensorflow_branches_run"
    }
