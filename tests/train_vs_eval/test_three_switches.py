from backprep.testing import agree, complete, prompt_says
from solutions.train_vs_eval.three_switches import PREDICTIONS

QUESTION = "train_vs_eval/three_switches"


@prompt_says(
    "Write `PREDICTIONS`, a dict from each name that the code prints to the value "
    "printed beside it."
)
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says('print("mean_after_no_grad", norm.running_mean)')
def test_says_what_no_grad_does_to_running_statistics():
    """Does batch normalisation ask autograd, or its own flag?"""
    agree(PREDICTIONS, QUESTION, "mean_after_no_grad")


@prompt_says('print("mean_after_eval", norm.running_mean)')
def test_says_what_eval_does_to_running_statistics():
    """In which of its modes does the layer use them, and in which does it move them?"""
    agree(PREDICTIONS, QUESTION, "mean_after_eval")


@prompt_says('print("graph_after_eval", y.requires_grad)')
def test_says_whether_eval_stops_the_recording():
    """The layer has a weight, and nothing told autograd to look away."""
    agree(PREDICTIONS, QUESTION, "graph_after_eval")


@prompt_says('print("mean_after_freezing", norm.running_mean)')
def test_says_what_freezing_the_weights_does():
    """The running mean is a buffer: who moves it, an optimizer or the forward pass?"""
    agree(PREDICTIONS, QUESTION, "mean_after_freezing")


@prompt_says(
    'print("layer_drops_in_inference_mode", dropped)',
    'print("layer_drops_after_eval", (layer(ones) == 0).any())',
)
def test_says_which_switch_stops_a_dropout_layer():
    """Its name does not help: what does the layer look at before it draws a mask?"""
    names = "layer_drops_in_inference_mode", "layer_drops_after_eval"
    agree(PREDICTIONS, QUESTION, *names)


@prompt_says(
    'print("function_drops_after_eval", (F.dropout(model(ones), 0.5) == 0).any())'
)
def test_says_whether_eval_reaches_a_function():
    """A function has no flag. What is the default of its argument?"""
    agree(PREDICTIONS, QUESTION, "function_drops_after_eval")


@prompt_says(
    'print("leaf_made_under_no_grad", leaf.requires_grad)',
    'print("enabled_inside_no_grad", c.requires_grad)',
)
def test_says_what_no_grad_leaves_possible():
    """It concerns the results of operations, up to the next switch inside."""
    agree(PREDICTIONS, QUESTION, "leaf_made_under_no_grad", "enabled_inside_no_grad")


@prompt_says('print("enabled_inside_inference_mode", d.requires_grad)')
def test_says_whether_inference_mode_can_be_lifted_inside():
    """Can what is not tracked at all be recorded?"""
    agree(PREDICTIONS, QUESTION, "enabled_inside_inference_mode")


@prompt_says(
    'print("training_with_a_raises", raises(lambda: (w * a).sum().backward()))',
    'print("training_with_b_raises", raises(lambda: (w * b).sum().backward()))',
)
def test_says_which_results_can_be_trained_with():
    """A product saves its factors. Which of the two could be changed unnoticed?"""
    agree(PREDICTIONS, QUESTION, "training_with_a_raises", "training_with_b_raises")
