from backprep.testing import agree, complete, prompt_says
from solutions.pytorch_vs_tensorflow.traced_once import PREDICTIONS

QUESTION = "pytorch_vs_tensorflow/traced_once"


@prompt_says(
    "Write `PREDICTIONS`, a dict from each name that the code prints to the value "
    "printed beside it: a number, `True` or `False`.",
)
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says(
    'print("torch_ran", len(ran))',
    'print("tensorflow_ran", len(ran))',
)
def test_says_how_often_a_side_effect_happens():
    """Does the append run, or does what was made of the function?"""
    agree(PREDICTIONS, QUESTION, "torch_ran", "tensorflow_ran")


@prompt_says(
    'print("torch_with_another_rate", compiled(torch.tensor(1.0)))',
    'print("tensorflow_with_another_rate", float(traced(tf.constant(1.0))))',
)
def test_says_what_becomes_of_a_global_that_changes():
    """The rate is not an argument. Who looks at it again, before the second call?"""
    names = "torch_with_another_rate", "tensorflow_with_another_rate"
    agree(PREDICTIONS, QUESTION, *names)


@prompt_says(
    'print("torch_repeats_its_noise", torch.equal(first, second))',
    'print("tensorflow_repeats_its_noise", bool(tf.reduce_all(first == second)))',
)
def test_says_when_the_random_number_is_drawn():
    """`random` is plain Python. When does either library run it?"""
    names = "torch_repeats_its_noise", "tensorflow_repeats_its_noise"
    agree(PREDICTIONS, QUESTION, *names)


@prompt_says(
    'print("torch_branches_run", len(ran))',
    'print("tensorflow_branches_run", len(ran))',
)
def test_says_which_branches_the_python_goes_through():
    """While a graph is written down, is it known yet which way it will go?"""
    agree(PREDICTIONS, QUESTION, "torch_branches_run", "tensorflow_branches_run")


@prompt_says(
    'print("torch_graphs_of_tensors", len(graphs))',
    'print("tensorflow_graphs_of_tensors", traced.experimental_get_tracing_count())',
)
def test_says_whether_another_value_is_another_graph():
    """What of a tensor belongs to the graph, and what is only put into it?"""
    names = "torch_graphs_of_tensors", "tensorflow_graphs_of_tensors"
    agree(PREDICTIONS, QUESTION, *names)


@prompt_says(
    'print("torch_graphs_of_numbers", len(graphs))',
    'print("torch_graphs_of_shapes", len(graphs))',
)
def test_says_how_torch_compile_meets_new_numbers_and_sizes():
    """The first graph was made for 3. What does PyTorch conclude when it meets 4?"""
    names = "torch_graphs_of_numbers", "torch_graphs_of_shapes"
    agree(PREDICTIONS, QUESTION, *names)


@prompt_says(
    'print("tensorflow_graphs_of_numbers", traced.experimental_get_tracing_count())',
    'print("tensorflow_graphs_of_shapes", traced.experimental_get_tracing_count())',
)
def test_says_how_tf_function_meets_new_numbers_and_sizes():
    """By default, does TensorFlow look for what two calls have in common?"""
    names = "tensorflow_graphs_of_numbers", "tensorflow_graphs_of_shapes"
    agree(PREDICTIONS, QUESTION, *names)
