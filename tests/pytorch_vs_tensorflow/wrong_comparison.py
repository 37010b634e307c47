"""Near misses of pytorch_vs_tensorflow/comparison."""

import contextlib

import torch
import torch.distributed.tensor.experimental  # as torch.compile does where it inlines
from torch.utils.data import DataLoader

from backprep.bank.questions import read_question
from backprep.testing import fails, printed
from solutions.pytorch_vs_tensorflow.comparison import PREDICTIONS as RIGHT
from solutions.pytorch_vs_tensorflow.comparison import ROWS as TODAY

# the judge forks for each of these: what takes seconds is done once, before
printed(read_question("pytorch_vs_tensorflow/comparison"))
with contextlib.suppress(ImportError):
    import tensorflow as tf


@fails("test_fills_in_the_table_and_every_prediction")
class has_nothing_to_say_of_deployment:
    """An interviewer hears a gap where today's names were asked for."""

    ROWS = TODAY | {"deployment": ("torch.export, ONNX, ExecuTorch", "")}


@fails("test_says_when_python_runs_and_what_a_graph_keeps")
class thinks_that_tensorflow_is_static:
    """That was TensorFlow 1: since 2.0 a value is there as soon as it is computed."""

    PREDICTIONS = RIGHT | {"tensorflow_eager": False}


@fails(
    "test_says_when_python_runs_and_what_a_graph_keeps",
    "test_tensorflow_does_what_pytorch_does",
)
class thinks_that_tf_function_runs_python_on_every_call:
    """A print or an append happens once, while tracing, and sees no value."""

    PREDICTIONS = RIGHT | {
        "tensorflow_calls": 3,
        "tensorflow_value_inside": True,
        "tensorflow_calls_with_another_shape": 4,
    }

    def captured_in_tensorflow(body, note):
        def tell(value):
            note(value)

        return tf.function(lambda x: body(x, tell))


@fails(
    "test_says_when_python_runs_and_what_a_graph_keeps",
    "test_pytorch_notes_every_call_of_what_it_captures",
)
class takes_torch_compile_for_tf_function:
    """Compiled code still runs the Python around its graphs, so nobody has to give up
    the graph in order to see a value."""

    PREDICTIONS = RIGHT | {"pytorch_calls": 1, "pytorch_branch_in_one_graph": True}

    def captured_in_pytorch(body, note):
        def tell(value):
            note(value.item())

        return lambda x: body(x, tell)


@fails(
    "test_says_what_a_second_pass_leaves",
    "test_pytorch_sums_the_gradients_of_all_losses",
)
class thinks_that_backward_replaces_the_gradient:
    """It adds to what is there, so every pass before is counted again."""

    PREDICTIONS = RIGHT | {"pytorch_gradient": 6.0}

    def total_gradient_in_pytorch(losses, weight):
        total = torch.zeros_like(weight)
        for loss in losses:
            loss(weight).backward()
            total += weight.grad
        return total


@fails("test_pytorch_sums_the_gradients_of_all_losses")
class leaves_the_gradients_to_the_next_call:
    """Nobody clears `.grad`: the second call starts with what the first one left."""

    def total_gradient_in_pytorch(losses, weight):
        for loss in losses:
            loss(weight).backward()
        return weight.grad


@fails(
    "test_says_what_a_second_pass_leaves",
    "test_tensorflow_does_what_pytorch_does",
)
class thinks_that_tapes_add_up:
    """A tape knows nothing of other tapes: all but the last gradient are lost."""

    PREDICTIONS = RIGHT | {"tensorflow_gradient": 12.0}

    def total_gradient_in_tensorflow(losses, weight):
        for loss in losses:
            with tf.GradientTape() as tape:
                value = loss(weight)
            total = tape.gradient(value, weight)
        return total


@fails(
    "test_says_how_often_python_handles_the_data",
    "test_tensorflow_does_what_pytorch_does",
)
class thinks_that_tf_data_calls_python_for_every_item:
    """The function given to `map` is traced once: its one draw is a constant of the
    graph, and the augmentation is the same for all."""

    PREDICTIONS = RIGHT | {"tensorflow_items": 8}

    def noisy_in_tensorflow(items, draw):
        dataset = tf.data.Dataset.from_tensor_slices(items)
        return dataset.map(lambda item: item + draw())


@fails(
    "test_says_how_often_python_handles_the_data",
    "test_pytorch_draws_for_every_item_of_every_epoch",
)
class thinks_that_a_loader_keeps_its_items:
    """Drawn once for all epochs, the noise is learned by heart."""

    PREDICTIONS = RIGHT | {"pytorch_items": 4}

    def noisy_in_pytorch(items, draw):
        return DataLoader([item + draw() for item in items], batch_size=None)


@fails(
    "test_says_whether_what_was_saved_can_be_called",
    "test_pytorch_reloads_a_program_without_its_class",
)
class takes_a_state_dict_for_a_model:
    """It holds tensors by name; to compute, one needs the class and an object of it."""

    PREDICTIONS = RIGHT | {"pytorch_callable": True}

    def reloaded_in_pytorch(model, example, path, forget):
        torch.save(model.state_dict(), path)
        forget()
        return torch.load(path)


@fails("test_pytorch_reloads_a_program_without_its_class")
class loads_the_state_dict_into_the_model:
    """It works as long as the class is at hand, and the server has no class."""

    def reloaded_in_pytorch(model, example, path, forget):
        torch.save(model.state_dict(), path)
        forget()
        model.load_state_dict(torch.load(path))
        return model


@fails(
    "test_says_whether_what_was_saved_can_be_called",
    "test_tensorflow_does_what_pytorch_does",
)
class thinks_that_tensorflow_too_saves_weights_alone:
    """A checkpoint does; a SavedModel has the graph with it and can be served."""

    PREDICTIONS = RIGHT | {"tensorflow_callable": False}

    def reloaded_in_tensorflow(model, example, path, forget):
        tf.train.Checkpoint(model).write(path)
        forget()
        return tf.train.load_checkpoint(path)
