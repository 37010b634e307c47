"""Near misses of model_building/count_parameters."""

from typing import ClassVar

from backprep.testing import fails
from solutions.model_building.count_parameters import PREDICTIONS as RIGHT


@fails("test_counts_weights_and_biases")
class leaves_out_the_biases:
    """There is one for each output, and both layers have them by default."""

    PREDICTIONS = RIGHT | {"linear": 50, "conv": 216}


@fails("test_counts_the_rows_of_an_embedding")
class thinks_that_the_padding_has_no_row:
    """Its row is stored like any other. It starts as zeros and gets no gradient."""

    PREDICTIONS = RIGHT | {"embedding": 36}


@fails("test_tells_parameters_from_buffers", "test_tells_frozen_from_trained")
class thinks_that_running_statistics_are_parameters:
    """They have no gradient and no optimizer sees them: the forward pass moves them."""

    PREDICTIONS = RIGHT | {"norm": 25, "all": 36, "trained": 21}


@fails("test_tells_parameters_from_buffers")
class forgets_the_count_of_batches:
    """`num_batches_tracked` is a buffer as well, of a single integer."""

    PREDICTIONS = RIGHT | {"norm_buffers": 12}


@fails("test_counts_the_gates_of_an_lstm", "test_counts_layers_and_directions")
class counts_one_gate_of_four:
    """That is a plain RNN. An LSTM has four such sets: three gates and a candidate."""

    PREDICTIONS = RIGHT | {"lstm": 50, "deep_lstm": 270}


@fails("test_counts_the_gates_of_an_lstm", "test_counts_layers_and_directions")
class gives_each_gate_one_bias:
    """One would do. PyTorch keeps two, one beside each of the two weights."""

    PREDICTIONS = RIGHT | {"lstm": 180, "deep_lstm": 1000}


@fails("test_counts_layers_and_directions")
class thinks_that_a_direction_reads_itself_alone:
    """Both directions of the second layer read both directions of the first, joined."""

    PREDICTIONS = RIGHT | {"deep_lstm": 880}


@fails("test_counts_the_projections_of_attention")
class thinks_that_each_head_has_the_full_width:
    """The heads divide the width among themselves, so their number changes nothing."""

    PREDICTIONS = RIGHT | {"two_heads": 568, "four_heads": 1128}


@fails("test_counts_the_projections_of_attention")
class forgets_the_output_projection:
    """After the heads are joined, one more linear layer mixes them."""

    PREDICTIONS = RIGHT | {"two_heads": 216, "four_heads": 216}


@fails("test_counts_a_shared_tensor")
class counts_names_in_place_of_tensors:
    """Then an optimizer would step twice on what is shared."""

    PREDICTIONS = RIGHT | {"tied": 90, "stack": 40}


@fails("test_counts_the_entries_of_a_state")
class thinks_that_a_state_dict_leaves_out_repeats:
    """Each name has its entry, so a sum over a state dict is no count of parameters."""

    PREDICTIONS = RIGHT | {"stack_state": 20}


@fails(
    "test_predicts_each_line_that_is_printed",
    "test_tells_frozen_from_trained",
)
class expects_frozen_weights_to_be_gone:
    """They are parameters like before, and are saved, moved and counted."""

    PREDICTIONS: ClassVar = {n: RIGHT[n] for n in RIGHT if n != "trained"} | {"all": 14}
