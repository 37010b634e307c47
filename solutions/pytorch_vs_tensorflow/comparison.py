"""Both run eagerly and capture graphs on request; the rest follows from how.

TensorFlow traces: Python runs once for each kind of input, and what it did to
other things than tensors is not in the graph. `torch.compile` keeps calling the
Python that it cannot capture. Gradients add up in `.grad` and are returned by a tape.
"""

import torch
from torch.utils.data import DataLoader

ROWS: dict[str, tuple[str, str]] = {
    "graph building": (
        "Eager: autograd records the operations while they run. torch.compile and "
        "torch.export capture graphs on request; compile breaks a graph where data "
        "decides a branch.",
        "Eager by default since 2.0. tf.function traces a graph, once for each "
        "dtype, shape and Python value, and AutoGraph keeps both branches in it.",
    ),
    "debugging": (
        "Plain Python: print a tensor or stop at a breakpoint anywhere in forward.",
        "Plain Python in eager code as well. Inside a tf.function a tensor has no "
        "value while it is traced: use tf.print, or run_functions_eagerly(True).",
    ),
    "gradients": (
        "backward() adds to the .grad of every leaf that took part, until it is "
        "cleared; torch.autograd.grad returns gradients and adds nothing up.",
        "A GradientTape watches trainable variables and returns their gradients; "
        "nothing adds up, and a tape serves once unless it is persistent.",
    ),
    "data": (
        "A DataLoader runs the Dataset's own Python for the items of each batch, in "
        "worker processes if asked; padding is the work of collate_fn.",
        "tf.data builds a pipeline of operations: the function given to map is "
        "traced once, and padded_batch pads.",
    ),
    "saving": (
        "A state dict holds parameters and buffers, and needs the class; "
        "torch.export saves the graph as well, in a .pt2 file, with a branch on data "
        "as torch.cond.",
        "A .keras file is for Keras; a SavedModel holds the graph with both "
        "branches, and loads without the Python class.",
    ),
    "deployment": (
        "torch.export, then AOTInductor for a server or ExecuTorch for a phone; or "
        "ONNX. TorchScript is deprecated and TorchServe archived; Triton and others "
        "serve.",
        "SavedModel, from Keras 3 by model.export, on TF Serving; LiteRT, formerly "
        "TensorFlow Lite, on a phone.",
    ),
    "ecosystem": (
        "Over 70% of AI research implementations in 2024, says the PyTorch "
        "Foundation; Hugging Face transformers supports it alone since version 5.",
        "A shrinking part of new work: transformers deprecated it in June 2025. I "
        "know of no figure for what industry runs.",
    ),
}

PREDICTIONS: dict[str, object] = {
    "pytorch_calls": 3,
    "pytorch_graphs": 1,
    "pytorch_branch_in_one_graph": False,
    "pytorch_gradient": 12.0,
    "pytorch_items": 8,
    "pytorch_callable": False,
    "tensorflow_eager": True,
    "tensorflow_calls": 1,
    "tensorflow_value_inside": False,
    "tensorflow_calls_with_another_shape": 2,
    "tensorflow_gradient": 6.0,
    "tensorflow_items": 1,
    "tensorflow_callable": True,
}


def captured_in_pytorch(body, note):
    """`body` in a graph, from inside of which `note` is told values."""

    @torch.compiler.disable
    def tell(value):
        note(float(value.item()))

    return torch.compile(lambda x: body(x, tell), backend="eager")


def captured_in_tensorflow(body, note):
    """The same, traced by TensorFlow."""
    import tensorflow as tf

    def tell(value):
        tf.py_function(lambda value: note(float(value)), [value], [])

    return tf.function(lambda x: body(x, tell))


def total_gradient_in_pytorch(losses, weight):
    """The sum of the gradients of `losses` at `weight`, a leaf."""
    total = torch.zeros_like(weight)
    for loss in losses:
        (gradient,) = torch.autograd.grad(loss(weight), weight)
        total += gradient
    return total


def total_gradient_in_tensorflow(losses, weight):
    """The same, at a variable."""
    import tensorflow as tf

    total = tf.zeros_like(weight)
    for loss in losses:
        with tf.GradientTape() as recorded:
            value = loss(weight)
        total += recorded.gradient(value, weight)
    return total


def noisy_in_pytorch(items, draw):
    """A DataLoader that adds another draw to every item in every epoch."""
    return DataLoader(items, batch_size=None, collate_fn=lambda item: item + draw())


def noisy_in_tensorflow(items, draw):
    """The same, as a tf.data.Dataset."""
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices(items)
    return dataset.map(lambda item: item + tf.py_function(draw, [], item.dtype))


def reloaded_in_pytorch(model, example, path, forget):
    """What the file of an exported `model` gives back without its class."""
    torch.export.save(torch.export.export(model, (example,)), path)
    forget()
    return torch.export.load(path).module()


def reloaded_in_tensorflow(model, example, path, forget):
    """The same, from the folder of a SavedModel."""
    import tensorflow as tf

    model(example)  # what was never traced is not saved
    tf.saved_model.save(model, path)
    forget()
    return tf.saved_model.load(path)
