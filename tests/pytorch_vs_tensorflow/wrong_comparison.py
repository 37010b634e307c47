"""Near misses of pytorch_vs_tensorflow/comparison."""

from typing import ClassVar

from backprep.testing import fails
from solutions.pytorch_vs_tensorflow.comparison import ROWS as TODAY
from solutions.pytorch_vs_tensorflow.comparison import Row


def _today_but(*changed):
    """The table of today with some rows changed."""
    names = [row.feature for row in changed]
    return [*changed, *(row for row in TODAY if row.feature not in names)]


@fails(
    "test_has_a_row_for_each_feature",
    "test_says_something_in_every_cell",
    "test_gives_evidence_for_every_row",
    "test_names_what_each_side_offers",
    "test_tensorflow_runs_eagerly_by_default",
    "test_debugging_tensorflow_needs_no_module_of_its_own",
    "test_does_not_advise_what_is_no_longer_maintained",
    "test_gives_year_and_source_for_every_share",
)
class copies_an_old_table:
    """Four of its five rows are out of date, and none says how it knows."""

    ROWS: ClassVar = [
        Row("computational graph", "dynamic (define-by-run)", "static + eager", ""),
        Row("debugging", "native Python debugging", "needs tf.debugging", ""),
        Row("deployment", "TorchScript, ONNX", "SavedModel, TF Serving", ""),
        Row("research", "the mainstream (>80% of papers)", "falling", ""),
        Row("industry", "growing fast", "still a large installed base", ""),
    ]


@fails(
    "test_tensorflow_runs_eagerly_by_default",
)
class still_calls_tensorflow_static:
    """TensorFlow 2 runs eagerly; a graph is what `tf.function` makes of it."""

    ROWS = _today_but(
        Row(
            "graph building",
            "Dynamic: define-by-run. torch.compile can capture a graph since 2.0.",
            "Static graphs by default, with an eager mode for trying things out; "
            "tf.function compiles a part.",
            "test_pytorch_captures_a_graph_when_asked, "
            "test_tensorflow_runs_eagerly_until_a_function_is_traced",
        )
    )


@fails(
    "test_debugging_tensorflow_needs_no_module_of_its_own",
)
class thinks_that_tensorflow_needs_tf_debugging:
    """In eager mode a tensor shows its value to `print` and to any debugger."""

    ROWS = _today_but(
        Row(
            "debugging",
            "Native Python debugging: pdb, print, breakpoints.",
            "Values are hidden in the graph, so it needs tf.debugging; Python's own "
            "tools see none of them.",
            "test_pytorch_shows_its_values_to_plain_python, "
            "test_tensorflow_shows_its_values_to_plain_python",
        )
    )


@fails(
    "test_does_not_advise_what_is_no_longer_maintained",
)
class deploys_with_torchscript:
    """TorchScript is deprecated; a new project should not start with it."""

    ROWS = _today_but(
        Row(
            "deployment",
            "TorchScript runs without Python, TorchServe serves it; or ONNX.",
            "SavedModel on TF Serving, or LiteRT on a phone.",
            "https://docs.pytorch.org/docs/stable/export.html, read 2026-11-23",
        )
    )


@fails(
    "test_gives_year_and_source_for_every_share",
)
class repeats_a_share_that_nobody_counted:
    """The figure has no year and no count behind it, and cannot be checked."""

    ROWS = _today_but(
        Row(
            "ecosystem",
            "The mainstream of research: >80% of papers use it.",
            "Its share is falling, but industry has a large stock of it.",
            "https://pytorch.org/blog/2024-year-in-review, read 2026-11-23",
        )
    )


@fails(
    "test_names_only_demonstrations_of_its_own_row",
    "test_shows_both_sides_where_it_shows_one",
)
class makes_up_its_demonstrations:
    """A test of that name does not exist, so nothing shows the row."""

    ROWS = _today_but(
        Row(
            "data",
            "A DataLoader with worker processes and a collate_fn.",
            "A tf.data pipeline in threads, with map, batch and prefetch.",
            "test_pytorch_runs_the_dataset_in_python_for_every_item, "
            "test_tf_data_uses_threads",
        )
    )


@fails(
    "test_gives_evidence_for_every_row",
)
class points_to_the_docs:
    """Nobody can look that up, nor tell whether it was true that day."""

    ROWS = _today_but(
        Row(
            "deployment",
            "torch.export or ONNX; TorchScript is deprecated.",
            "SavedModel on TF Serving, as it has always been.",
            "see the official documentation of both",
        )
    )


@fails(
    "test_says_something_in_every_cell",
    "test_names_what_each_side_offers",
)
class leaves_one_side_to_the_other:
    """It hides the difference that was asked for."""

    ROWS = _today_but(
        Row(
            "gradients",
            "loss.backward() fills .grad, where gradients add up until cleared.",
            "the same",
            "test_pytorch_adds_gradients_up_in_the_leaves, "
            "test_tensorflow_returns_gradients_from_a_tape",
        )
    )
