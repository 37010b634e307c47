from backprep.testing import agree, complete, prompt_says
from solutions.transformers.count_flops import PREDICTIONS

QUESTION = "transformers/count_flops"


@prompt_says(
    "Write `PREDICTIONS`, a dict from each name that the code prints to the value "
    "printed beside it."
)
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says('print("parameters", sum(p.numel() for p in block.parameters()))')
def test_counts_the_parameters_of_a_block():
    """How many square matrices would the weights make? What else learns?"""
    agree(PREDICTIONS, QUESTION, "parameters")


@prompt_says(
    'print("projections", work(lambda: block(short))[PROJECTIONS])',
    "counts a multiplication and the addition that follows as two operations",
)
def test_counts_the_work_of_the_linear_layers():
    """How often does a token meet a weight, and what happens when it does?"""
    agree(PREDICTIONS, QUESTION, "projections")


@prompt_says(
    'print("attention", work(lambda: block(short))[ATTENTION])',
    "`bmm` the two products inside attention",
)
def test_counts_the_work_of_attention():
    """Write down the shapes of all four operands. What runs before the mask?"""
    agree(PREDICTIONS, QUESTION, "attention")


@prompt_says(
    'print("scores", block.scores)',
    'print("attention_five_heads", work(lambda: five_heads(short))[ATTENTION]) '
    'print("scores_five_heads", five_heads.scores)',
)
def test_says_what_more_heads_change():
    """More heads are narrower heads. What does not get narrower with them?"""
    agree(PREDICTIONS, QUESTION, "scores", "attention_five_heads", "scores_five_heads")


@prompt_says(
    'print("projections_twice_as_long", work(lambda: block(long))[PROJECTIONS]) '
    'print("attention_twice_as_long", work(lambda: block(long))[ATTENTION]) '
    'print("scores_twice_as_long", block.scores)'
)
def test_says_what_grows_with_the_square():
    """Where does the length stand twice in the shapes of a product?"""
    agree(
        PREDICTIONS,
        QUESTION,
        "projections_twice_as_long",
        "attention_twice_as_long",
        "scores_twice_as_long",
    )


@prompt_says('print("backward", sum(work(loss.backward).values()))')
def test_counts_the_work_of_the_backward_pass():
    """For a product of two matrices, which gradients are needed, and by what?"""
    agree(PREDICTIONS, QUESTION, "backward")


@prompt_says('print("outputs_of_projections", sum(sizes))')
def test_counts_the_outputs_of_the_linear_layers():
    """How wide is what each of the four layers gives?"""
    agree(PREDICTIONS, QUESTION, "outputs_of_projections")


@prompt_says('print("length_of_equal_work", length)')
def test_says_where_attention_catches_up():
    """Write both counts with a letter for the length, and set them equal."""
    agree(PREDICTIONS, QUESTION, "length_of_equal_work")


@prompt_says(
    'print("embedding", sum(work(lambda: embedding(tokens)).values())) '
    'print("head", sum(work(lambda: head(short)).values()))'
)
def test_tells_a_lookup_from_a_product():
    """Both hold a number for each word and feature. What does each do with them?"""
    agree(PREDICTIONS, QUESTION, "embedding", "head")
