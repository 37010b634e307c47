"""Near misses of amp/which_dtype."""

from typing import ClassVar

from backprep.testing import fails
from solutions.amp.which_dtype import PREDICTIONS as RIGHT


@fails("test_says_what_a_loss_returns", "test_says_what_two_dtypes_add_up_to")
class thinks_that_all_inside_is_in_half_precision:
    """Autocast chooses for each operation; only some are cheaper and good enough."""

    PREDICTIONS = RIGHT | {"loss": "bfloat16", "logits_plus_ones": "bfloat16"}


@fails(
    "test_says_what_softmax_returns",
    "test_says_what_layer_norm_returns",
    "test_says_what_a_sum_returns",
)
class recites_the_list_for_cuda:
    """A model tested on a CPU then takes sums and norms in bfloat16 unawares."""

    PREDICTIONS = RIGHT | dict.fromkeys(("softmax", "layer_norm", "total"), "float32")


@fails(
    "test_says_what_a_linear_layer_returns",
    "test_says_what_softmax_returns",
    "test_says_what_layer_norm_returns",
    "test_says_what_a_sum_returns",
)
class thinks_that_the_weights_decide:
    """They stay in float32, and the product runs on copies cast for it."""

    PREDICTIONS = RIGHT | dict.fromkeys(
        ("logits", "softmax", "layer_norm", "total"), "float32"
    )


@fails("test_says_what_two_dtypes_add_up_to")
class thinks_that_the_lower_precision_wins:
    """A residual stream that meets one float32 tensor goes on in float32."""

    PREDICTIONS = RIGHT | {"logits_plus_ones": "bfloat16"}


@fails("test_says_what_gradients_the_weights_get")
class thinks_that_gradients_are_in_half_precision:
    """A memory plan based on it is two bytes per parameter too small."""

    PREDICTIONS = RIGHT | {"weight_grad": "bfloat16"}


@fails("test_says_what_float16_has_no_room_for")
class thinks_that_float16_keeps_to_its_ends:
    """Nothing is clamped: too large becomes infinite, and too small becomes zero."""

    PREDICTIONS = RIGHT | {"large": 65504.0, "small": 6e-08}


@fails("test_says_how_finely_bfloat16_counts")
class thinks_that_bfloat16_counts_to_257:
    """A counter or a running sum that is kept in it stops growing, without an error."""

    PREDICTIONS = RIGHT | {"one_more": 257.0}


@fails(
    "test_predicts_each_line_that_is_printed",
    "test_says_what_layer_norm_returns",
)
class leaves_out_the_line_it_is_not_sure_of:
    """An interviewer hears nothing where a guess and its reason would do."""

    PREDICTIONS: ClassVar = {n: RIGHT[n] for n in RIGHT if n != "layer_norm"}
