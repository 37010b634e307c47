"""Near misses of save_load/tied_weights."""

from typing import ClassVar

from backprep.testing import fails
from solutions.save_load.tied_weights import PREDICTIONS as RIGHT


@fails("test_counts_the_parameters")
class thinks_that_each_name_is_a_parameter:
    """Then an optimizer would step twice on one matrix. `parameters` leaves out what it
    has met before."""

    PREDICTIONS = RIGHT | {"parameters": 2}


@fails("test_counts_the_entries_of_the_state")
class thinks_that_a_state_dict_leaves_out_repeats:
    """It keeps one entry for each name. That is why a tied weight can be loaded
    twice."""

    PREDICTIONS = RIGHT | {"entries": 2}


@fails("test_counts_the_entries_of_the_state", "test_counts_what_had_no_partner")
class thinks_that_every_buffer_is_saved:
    """A buffer that is not persistent moves with the model, and stays out of the state
    dict."""

    PREDICTIONS = RIGHT | {"entries": 4, "unexpected": 0}


@fails("test_counts_the_entries_of_the_state")
class thinks_that_any_tensor_is_saved:
    """A plain attribute is not part of the state: after loading it is what the
    constructor made it."""

    PREDICTIONS = RIGHT | {"entries": 5}


@fails("test_says_what_a_state_dict_refers_to")
class thinks_that_a_state_dict_is_a_snapshot:
    """What is kept as the best weights so far is then the last ones."""

    PREDICTIONS = RIGHT | {"state_after_an_edit": 0.0}


@fails("test_says_what_a_file_keeps_of_the_tie")
class thinks_that_a_file_unties:
    """`torch.save` writes a storage once, and what shared it shares it again."""

    PREDICTIONS = RIGHT | {"other_entry_of_the_file": 1.0}


@fails("test_says_which_of_two_values_stays")
class thinks_that_the_first_value_stays:
    """Both are copied into one place, and the second one overwrites the first."""

    PREDICTIONS = RIGHT | {"embed_after_two_values": 2.0}


@fails(
    "test_says_whether_loading_unties",
    "test_says_which_of_two_values_stays",
)
class thinks_that_loading_replaces_parameters:
    """An optimizer built before would then step on tensors that are no longer used."""

    PREDICTIONS = RIGHT | {
        "tied_after_loading": False,
        "embed_after_two_values": 2.0,
    }


@fails("test_says_whether_assigning_unties")
class thinks_that_assigning_keeps_the_tie:
    """From the first step on the two matrices drift apart, and no error is raised."""

    PREDICTIONS = RIGHT | {"tied_after_assign": True}


@fails("test_counts_what_had_no_partner")
class thinks_that_a_tie_is_never_missing:
    """The names are compared, not the tensors: a name that the file lacks is missing,
    whatever else fills its tensor."""

    PREDICTIONS = RIGHT | {"missing": 1}


@fails("test_says_what_was_loaded_all_the_same")
class thinks_that_strict_false_loads_it_anyway:
    """A name that the model does not expect is left out, even if it has such a
    buffer."""

    PREDICTIONS = RIGHT | {"cache_after_partial": 7.0}


@fails(
    "test_predicts_each_line_that_is_printed",
    "test_says_what_was_loaded_all_the_same",
)
class leaves_out_the_missing_head:
    """It is missing by name, and filled by its other name."""

    PREDICTIONS: ClassVar = {n: RIGHT[n] for n in RIGHT if n != "head_after_partial"}
