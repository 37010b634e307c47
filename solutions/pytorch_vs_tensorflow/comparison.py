"""Both run eagerly and capture graphs on request; the rest follows from how.

The rows that code can show rest on demonstrations that run in both libraries.
Deployment and ecosystem change with every release, so those rows carry a source
and the day on which it was read.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table: what holds on either side, and what it rests on."""

    feature: str
    pytorch: str
    tensorflow: str
    evidence: str


ROWS: list[Row] = [
    Row(
        "graph building",
        "Eager: autograd records the operations while they run. torch.compile and "
        "torch.export capture graphs on request; compile breaks a graph where data "
        "decides a branch.",
        "Eager by default since 2.0. tf.function traces a graph, once for each "
        "dtype, shape and Python value, and AutoGraph keeps both branches in it.",
        "test_pytorch_captures_a_graph_when_asked, "
        "test_tensorflow_runs_eagerly_until_a_function_is_traced",
    ),
    Row(
        "debugging",
        "Plain Python: print a tensor or stop at a breakpoint anywhere in forward.",
        "Plain Python in eager code as well. Inside a tf.function a tensor has no "
        "value while it is traced: use tf.print, or run_functions_eagerly(True).",
        "test_pytorch_shows_its_values_to_plain_python, "
        "test_tensorflow_shows_its_values_to_plain_python",
    ),
    Row(
        "gradients",
        "backward() adds to the .grad of every leaf until it is cleared; "
        "torch.autograd.grad returns gradients.",
        "A GradientTape watches variables and returns their gradients; nothing adds "
        "up, and a tape serves once unless it is persistent.",
        "test_pytorch_adds_gradients_up_in_the_leaves, "
        "test_tensorflow_returns_gradients_from_a_tape",
    ),
    Row(
        "data",
        "A DataLoader calls the Dataset's own Python for every item, in worker "
        "processes if asked; padding is the work of collate_fn.",
        "tf.data builds a pipeline of operations: the function given to map is "
        "traced once, and padded_batch pads.",
        "test_pytorch_runs_the_dataset_in_python_for_every_item, "
        "test_tensorflow_traces_the_function_of_a_dataset_once",
    ),
    Row(
        "saving",
        "A state dict holds the weights and needs the class; torch.export saves the "
        "graph as well, in a .pt2 file, with a branch on data as torch.cond.",
        "A .keras file is for Keras; a SavedModel holds the graph with both "
        "branches, and loads without the Python class.",
        "test_pytorch_exports_a_program_that_needs_no_class, "
        "test_tensorflow_saves_a_graph_that_needs_no_class",
    ),
    Row(
        "deployment",
        "torch.export or ONNX, served by Triton and others. TorchScript is "
        "deprecated, and TorchServe is no longer maintained.",
        "SavedModel, from Keras by model.export, on TF Serving, whose 2.20.0 was "
        "out in August 2026.",
        "https://docs.pytorch.org/docs/stable/jit_language_reference.html, "
        "https://github.com/pytorch/serve/issues/3396, "
        "https://github.com/tensorflow/serving/issues/4129, read 2026-11-23",
    ),
    Row(
        "ecosystem",
        "Over 70% of research implementations in 2024, by the PyTorch Foundation's "
        "own count; Hugging Face transformers supports it alone since version 5.",
        "A shrinking part of new work: transformers deprecated it in June 2025 and "
        "dropped it in version 5. I know of no figure for what industry runs.",
        "https://pytorch.org/blog/2024-year-in-review, "
        "https://github.com/huggingface/transformers/pull/38758, "
        "https://github.com/huggingface/transformers/pull/40760, read 2026-11-23",
    ),
]
