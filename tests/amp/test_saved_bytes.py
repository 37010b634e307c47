import pytest
import torch
from torch import nn

from backprep.testing import prompt_says
from solutions.amp.saved_bytes import saved_bytes
from tests.helpers.other_kind import KIND, OfAnotherKind

FLOATS = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
HALVES = pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
SIZES = pytest.mark.parametrize("sizes", [(6, 4, 8, 3), (2, 16, 12, 10)])


class Model(nn.Module):
    """`forward` with the weights `first` and `second`, and the buffer `mask`."""

    def __init__(self, forward, first, second=(1, 1), dtype=torch.float32):
        super().__init__()
        self.first = nn.Parameter(torch.randn(first, dtype=dtype))
        self.second = nn.Parameter(torch.randn(second, dtype=dtype))
        self.register_buffer("mask", torch.ones(first[-1], dtype=dtype))
        self.compute = forward

    def forward(self, x):
        return self.compute(self, x)


def two_layers(model, x):
    return (x @ model.first).relu() @ model.second


@prompt_says(
    "It returns, as an int, how many bytes autograd saves for the backward pass while "
    "`model(x)` runs.",
    "Saving a storage several times, or several views of it, costs its bytes once",
    "Without one, nothing is cast, even if the caller is under autocast.",
)
@FLOATS
@SIZES
def test_counts_what_two_layers_keep(dtype, sizes):
    """The second layer saves what the ReLU has saved already: one storage."""
    rows, inputs, hidden, outputs = sizes
    model = Model(two_layers, (inputs, hidden), (hidden, outputs), dtype)
    for n in (rows, 2 * rows):
        x = torch.randn(n, inputs, dtype=dtype)
        result = saved_bytes(model, x)
        assert type(result) is int, f"returned a {type(result).__name__}, not an int"
        kept = n * hidden * dtype.itemsize
        assert result == kept, f"counted {result} bytes; the hidden layer has {kept}"
        with torch.autocast("cpu", torch.bfloat16):
            result = saved_bytes(model, x)
        assert result == kept, (
            f"under the caller's autocast it was {result}, not {kept}"
        )


@prompt_says(
    "Copies and casts of them do count",
    "With a `dtype`, the model runs under autocast to it on the device of `x`.",
)
@HALVES
@SIZES
def test_counts_the_casts_that_autocast_makes(dtype, sizes):
    """Halves of x, of the hidden layer, and of a weight: copies are new memory."""

    def forward(model, x):
        seen.append(two_layers(model, x))
        return seen[-1].float().tanh()

    (rows, inputs, hidden, outputs), seen = sizes, []
    model = Model(forward, (inputs, hidden), (hidden, outputs))
    result = saved_bytes(model, torch.randn(rows, inputs), dtype=dtype)
    found = seen[-1].dtype
    assert found == dtype, f"matrix products were {found}, not {dtype}"
    halves, tanh = rows * inputs + rows * hidden + hidden * outputs, rows * outputs
    kept = 2 * halves + 4 * tanh
    assert result == kept, f"counted {result} bytes, not 2 * {halves} + 4 * {tanh}"
    with OfAnotherKind() as device:
        saved_bytes(model, torch.randn(rows, inputs), dtype=dtype)
    assert set(device.kinds) == {KIND}, f"on an {KIND}, autocast was for {device.kinds}"


@prompt_says(
    "Saving a storage several times, or several views of it, costs its bytes once; "
    "a small view keeps its whole storage alive.",
)
def test_counts_a_storage_once_whatever_the_views():
    """A view has no memory of its own, and keeps the whole of its storage."""

    def forward(model, x):
        hidden = x @ model.first
        products = hidden[1:3] * hidden[2:4]
        return products.sum() + hidden[:1].square().sum() + hidden.T[:, :1].tanh().sum()

    result = saved_bytes(Model(forward, (4, 8)), torch.randn(6, 4))
    hidden, tanh = 6 * 8 * 4, 8 * 4
    assert result == hidden + tanh, f"counted {result} bytes, not {hidden} + {tanh}"


@prompt_says(
    "The model's own parameters and `x` itself do not count, nor do views of them",
)
@pytest.mark.parametrize("frozen", [False, True])
def test_leaves_out_parameters_and_x_in_any_view(frozen):
    """Their memory exists without autograd, also when only a part of it is saved."""

    def forward(model, x):
        hidden = x[1:] * model.first[:1]
        return hidden @ model.second.T[:, 1:]

    x = torch.randn(9, 4)[2:]
    model = Model(forward, (3, 4), (5, 4))
    model.second.requires_grad_(not frozen)
    result, product = saved_bytes(model, x), 0 if frozen else 6 * 4 * 4
    assert result == product, f"counted {result} bytes; only {product} are new"


@prompt_says("Copies and casts of them do count")
def test_counts_copies_of_parameters_and_x():
    """A copy is memory that autograd keeps, though its values are not new."""

    def forward(model, x):
        return (x.clone() * model.first) @ model.second.clone()

    result = saved_bytes(Model(forward, (1, 4), (4, 5)), torch.randn(3, 4))
    kept = 3 * 4 * 4 + 3 * 4 * 4 + 4 * 5 * 4  # the copy of x, the product, the weight's
    assert result == kept, f"counted {result} bytes of {kept}"


@prompt_says(
    "Every saved tensor counts with the bytes that its storage really has, be it "
    "float64 activations, boolean masks or integer indices.",
    "so does anything else that is saved, buffers included",
)
def test_counts_masks_indices_and_buffers():
    """Not all that is saved is a float, and only parameters and x are left out."""

    def forward(model, x):
        hidden = x * model.first
        kept = hidden.masked_fill(x > 0, 0.0) * model.mask
        return kept.max(dim=1).values

    result = saved_bytes(Model(forward, (1, 5)), torch.randn(3, 5))
    kept = 3 * 5 * 1 + 5 * 4 + 3 * 8  # the mask, the buffer, the indices
    assert result == kept, f"counted {result} bytes of {kept}"


@prompt_says(
    "The model runs in the modes and with the `requires_grad` it has. Where nothing "
    "needs a gradient, nothing is saved.",
    "Without one, nothing is cast, even if the caller is under autocast.",
)
@pytest.mark.parametrize("dtype", [None, torch.bfloat16])
def test_counts_nothing_where_no_gradient_is_needed(dtype):
    """A frozen model saves nothing, unless x needs a gradient: change neither."""
    model = Model(two_layers, (4, 8), (8, 3)).requires_grad_(False)
    result = saved_bytes(model, torch.randn(6, 4), dtype=dtype)
    assert result == 0, f"counted {result} bytes of a frozen model, which keeps none"
    assert not model.first.requires_grad, "your function made a parameter trainable"
    if dtype is None:
        result, relu = saved_bytes(model, torch.randn(6, 4).requires_grad_()), 6 * 8 * 4
        assert result == relu, f"counted {result} bytes of {relu}: x needs a gradient"


@prompt_says(
    "The model runs in the modes and with the `requires_grad` it has.",
    "so are the modes, the dtypes and `requires_grad`",
)
@pytest.mark.parametrize("training", [True, False])
def test_measures_in_the_mode_it_finds(training):
    """What a model saves may depend on its mode, and the mode is the caller's."""

    def forward(model, x):
        hidden = x * model.first
        return hidden.tanh() if model.training else hidden

    model = Model(forward, (1, 4)).train(training)
    result = saved_bytes(model, torch.randn(3, 4))
    assert model.training is training, "your function changed the mode of the model"
    kept = 3 * 4 * 4 if training else 0
    assert result == kept, f"counted {result} bytes; in this mode it keeps {kept}"


@prompt_says(
    "Afterwards every `.grad` is as it was, on the parameters and on `x`, and so "
    "are the modes, the dtypes and `requires_grad`.",
)
@pytest.mark.parametrize("dtype", [None, torch.bfloat16])
def test_leaves_gradients_as_they_are(dtype):
    """Counting needs a forward pass alone."""
    model, ones = Model(two_layers, (4, 8), (8, 3)), torch.ones(6, 4)
    model.first.grad = torch.ones(4, 8)
    x, wanted = torch.randn(6, 4), torch.randn(6, 4, requires_grad=True)
    wanted.grad = ones.clone()
    for inputs in (x, wanted):
        saved_bytes(model, inputs, dtype=dtype)
    for grad, old in ((model.first.grad, torch.ones(4, 8)), (wanted.grad, ones)):
        assert grad is not None, "your function cleared a gradient"
        assert torch.equal(grad, old), "your function changed a gradient"
    assert model.second.grad is None, "your function left a gradient on a parameter"
    flags = [t.requires_grad for t in (x, wanted, model.second)]
    assert flags == [False, True, True], "your function changed a requires_grad"
    assert model.second.dtype == torch.float32, "your function cast a parameter"


@prompt_says(
    "Count the storages of all tensors that are saved, also for a branch whose result "
    "the model drops.",
    "`x` may hold integers.",
)
@pytest.mark.parametrize("length", [2, 40])
def test_counts_a_deep_model_on_integers(length):
    """Integers need no gradient, and a dropped branch frees an address: keep hold."""

    def forward(model, x):
        hidden = model.first[x]
        for _ in range(length):
            (hidden + 1).square()
            hidden = hidden.tanh()
        return hidden

    ids = torch.tensor([[1, 2, 0], [2, 2, 1]])
    result = saved_bytes(Model(forward, (5, 1000)), ids)
    saved = length * 2 * 6 * 1000 * 4
    # how much less is a matter of the allocator
    assert result >= saved, "counted too little: half is saved in dropped branches"
    assert result == saved, f"counted {result} bytes of {saved} after {length} layers"
