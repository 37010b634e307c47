"""Near misses of transformers/count_flops."""

from typing import ClassVar

from backprep.testing import fails
from solutions.transformers.count_flops import PREDICTIONS as RIGHT


@fails("test_counts_the_parameters_of_a_block")
class leaves_out_the_norms:
    """They are a sliver of the count, but a checkpoint without them does not load."""

    PREDICTIONS = RIGHT | {"parameters": 1200}


@fails(
    "test_counts_the_work_of_the_linear_layers",
    "test_counts_the_work_of_attention",
    "test_says_what_more_heads_change",
    "test_says_what_grows_with_the_square",
    "test_counts_the_work_of_the_backward_pass",
    "test_tells_a_lookup_from_a_product",
)
class counts_no_additions:
    """Makers of processors count both, so a run looks half as efficient as it is."""

    PREDICTIONS = RIGHT | {
        "projections": 6000,
        "attention": 500,
        "projections_twice_as_long": 12000,
        "attention_twice_as_long": 2000,
        "attention_five_heads": 500,
        "backward": 13000,
        "head": 5000,
    }


@fails(
    "test_counts_the_work_of_attention",
    "test_says_what_more_heads_change",
    "test_says_what_grows_with_the_square",
    "test_counts_the_work_of_the_backward_pass",
    "test_says_where_attention_catches_up",
)
class forgets_the_product_with_the_values:
    """It costs as much as the scores do, so half of attention is left out."""

    PREDICTIONS = RIGHT | {
        "attention": 500,
        "attention_twice_as_long": 2000,
        "attention_five_heads": 500,
        "backward": 25000,
        "length_of_equal_work": 120,
    }


@fails(
    "test_counts_the_work_of_attention",
    "test_says_what_more_heads_change",
    "test_says_what_grows_with_the_square",
    "test_counts_the_work_of_the_backward_pass",
    "test_says_where_attention_catches_up",
)
class thinks_that_the_mask_saves_work:
    """The scores are computed first; only a kernel that skips blocks saves them."""

    PREDICTIONS = RIGHT | {
        "attention": 600,
        "attention_twice_as_long": 2200,
        "attention_five_heads": 600,
        "backward": 25200,
        "length_of_equal_work": 120,
    }


@fails(
    "test_counts_the_work_of_attention",
    "test_says_what_more_heads_change",
    "test_says_what_grows_with_the_square",
    "test_counts_the_work_of_the_backward_pass",
    "test_says_where_attention_catches_up",
)
class gives_each_head_the_full_width:
    """The heads share out the width, so their number does not change the work."""

    PREDICTIONS = RIGHT | {
        "attention": 2000,
        "attention_twice_as_long": 8000,
        "attention_five_heads": 5000,
        "backward": 28000,
        "length_of_equal_work": 30,
    }


@fails("test_says_what_more_heads_change", "test_says_what_grows_with_the_square")
class gives_all_heads_one_table:
    """Each head has its own, so the memory is that of one times their number."""

    PREDICTIONS = RIGHT | {
        "scores": 25,
        "scores_twice_as_long": 100,
        "scores_five_heads": 25,
    }


@fails("test_says_what_grows_with_the_square")
class doubles_everything_with_the_length:
    """Then a long context would cost no more a token than a short one."""

    PREDICTIONS = RIGHT | {
        "attention_twice_as_long": 2000,
        "scores_twice_as_long": 100,
    }


@fails("test_counts_the_work_of_the_backward_pass")
class thinks_that_backward_costs_what_forward_does:
    """Each product has two in its backward pass, so a run takes half as long again."""

    PREDICTIONS = RIGHT | {"backward": 13000}


@fails("test_counts_the_outputs_of_the_linear_layers")
class gives_each_layer_one_width:
    """Queries, keys, values and the wide layer take 7 of the 9 widths."""

    PREDICTIONS = RIGHT | {"outputs_of_projections": 200}


@fails("test_says_where_attention_catches_up")
class thinks_that_attention_catches_up_at_the_width:
    """There it has a seventh of the work: 4 against 24."""

    PREDICTIONS = RIGHT | {"length_of_equal_work": 10}


@fails("test_tells_a_lookup_from_a_product")
class multiplies_by_the_embedding:
    """It copies rows; a product with one-hot vectors is never made."""

    PREDICTIONS = RIGHT | {"embedding": 10000}


@fails(
    "test_predicts_each_line_that_is_printed",
    "test_tells_a_lookup_from_a_product",
)
class leaves_out_what_costs_nothing:
    """That a table of weights costs no products is worth saying."""

    PREDICTIONS: ClassVar = {n: RIGHT[n] for n in RIGHT if n != "embedding"}
