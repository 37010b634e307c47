from backprep.testing import agree, complete, prompt_says
from solutions.amp.which_dtype import PREDICTIONS

QUESTION = "amp/which_dtype"


@prompt_says(
    "Write `PREDICTIONS`, a dict from each name that the code prints to the value "
    "printed beside it.",
)
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says(
    'print("logits", logits.dtype)',
    'Write a dtype as its name, such as `"float64"`.',
)
def test_says_what_a_linear_layer_returns():
    """Its weights and its input are in float32. What is autocast there for?"""
    agree(PREDICTIONS, QUESTION, "logits")


@prompt_says(
    'print("softmax", logits.softmax(-1).dtype)',
    'Write a dtype as its name, such as `"float64"`.',
)
def test_says_what_softmax_returns():
    """Is it on a list for this device, or does it run in what it is given?"""
    agree(PREDICTIONS, QUESTION, "softmax")


@prompt_says(
    'print("layer_norm", F.layer_norm(logits, (3,)).dtype)',
    'Write a dtype as its name, such as `"float64"`.',
)
def test_says_what_layer_norm_returns():
    """The lists differ between devices; this runs on the CPU."""
    agree(PREDICTIONS, QUESTION, "layer_norm")


@prompt_says(
    'print("total", logits.sum().dtype)',
    'Write a dtype as its name, such as `"float64"`.',
)
def test_says_what_a_sum_returns():
    """A long sum is safer in float32. Does autocast provide that on the CPU?"""
    agree(PREDICTIONS, QUESTION, "total")


@prompt_says(
    'print("loss", loss.dtype)',
    'Write a dtype as its name, such as `"float64"`.',
)
def test_says_what_a_loss_returns():
    """Autocast can raise the precision, too: for what would that matter most?"""
    agree(PREDICTIONS, QUESTION, "loss")


@prompt_says(
    'print("logits_plus_ones", (logits + torch.ones(3)).dtype)',
    'Write a dtype as its name, such as `"float64"`.',
)
def test_says_what_two_dtypes_add_up_to():
    """Addition is on no list: ask what PyTorch does with two dtypes anywhere."""
    agree(PREDICTIONS, QUESTION, "logits_plus_ones")


@prompt_says(
    'print("weight_grad", layer.weight.grad.dtype)',
    'Write a dtype as its name, such as `"float64"`.',
)
def test_says_what_gradients_the_weights_get():
    """The weight was cast on the way forward. What does that do on the way back?"""
    agree(PREDICTIONS, QUESTION, "weight_grad")


@prompt_says(
    'print("large", torch.tensor(70000.0).to(torch.float16).item())',
    'print("small", torch.tensor(1e-8).to(torch.float16).item())',
    'The last three values are numbers. For infinity write `"inf"`, for '
    'not-a-number `"nan"`.',
)
def test_says_what_float16_has_no_room_for():
    """Five bits of exponent: what are the largest and the smallest number?"""
    agree(PREDICTIONS, QUESTION, "large", "small")


@prompt_says(
    'print("one_more", (torch.tensor(256.0).to(torch.bfloat16) + 1).item())',
    "The last three values are numbers.",
)
def test_says_how_finely_bfloat16_counts():
    """Seven bits of fraction: which number comes after 256?"""
    agree(PREDICTIONS, QUESTION, "one_more")
