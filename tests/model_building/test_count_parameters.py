from backprep.testing import agree, complete, prompt_says
from solutions.model_building.count_parameters import PREDICTIONS

QUESTION = "model_building/count_parameters"


@prompt_says(
    "Write `PREDICTIONS`, a dict from each name that the code prints to the value "
    "printed beside it."
)
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says(
    'print("linear", count(nn.Linear(10, 5).parameters())) '
    'print("conv", count(nn.Conv2d(3, 8, kernel_size=3).parameters()))'
)
def test_counts_weights_and_biases():
    """What is one output made of? Count what is multiplied and what is added."""
    agree(PREDICTIONS, QUESTION, "linear", "conv")


@prompt_says(
    'print("embedding", count(nn.Embedding(10, 4, padding_idx=0).parameters()))'
)
def test_counts_the_rows_of_an_embedding():
    """The row of the padding is never updated. Is it there?"""
    agree(PREDICTIONS, QUESTION, "embedding")


@prompt_says(
    'print("norm", count(norm.parameters())) '
    'print("norm_buffers", count(norm.buffers()))'
)
def test_tells_parameters_from_buffers():
    """Which of its tensors does an optimizer change, and which the layer itself?"""
    agree(PREDICTIONS, QUESTION, "norm", "norm_buffers")


@prompt_says('print("lstm", count(nn.LSTM(3, 5).parameters()))')
def test_counts_the_gates_of_an_lstm():
    """Write down one of its equations. How many are there, and what is in each?"""
    agree(PREDICTIONS, QUESTION, "lstm")


@prompt_says(
    "deep = nn.LSTM(3, 5, num_layers=2, bidirectional=True) "
    'print("deep_lstm", count(deep.parameters()))'
)
def test_counts_layers_and_directions():
    """Four LSTMs. The lower two read the input; what do the upper two read?"""
    agree(PREDICTIONS, QUESTION, "deep_lstm")


@prompt_says(
    'print("two_heads", count(nn.MultiheadAttention(8, num_heads=2).parameters())) '
    'print("four_heads", count(nn.MultiheadAttention(8, num_heads=4).parameters()))'
)
def test_counts_the_projections_of_attention():
    """How wide is a head, and what happens to the heads' outputs?"""
    agree(PREDICTIONS, QUESTION, "two_heads", "four_heads")


@prompt_says(
    "head.weight = embed.weight "
    'print("tied", count(nn.ModuleList([embed, head]).parameters()))',
    'print("stack", count(stack.parameters()))',
)
def test_counts_a_shared_tensor():
    """The optimizer is handed these. How many tensors are there to step?"""
    agree(PREDICTIONS, QUESTION, "tied", "stack")


@prompt_says('print("stack_state", count(stack.state_dict().values()))')
def test_counts_the_entries_of_a_state():
    """A state dict maps names to tensors. What are the names here?"""
    agree(PREDICTIONS, QUESTION, "stack_state")


@prompt_says(
    "net[0].requires_grad_(False) "
    'print("all", count(net.parameters())) '
    'print("trained", count(p for p in net.parameters() if p.requires_grad))'
)
def test_tells_frozen_from_trained():
    """Does freezing take a parameter out of the model, or only mark it?"""
    agree(PREDICTIONS, QUESTION, "all", "trained")
