import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.model_building.text_classifier import TextClassifier
from tests.helpers.plain_text_classifier import (
    compare_gradients,
    plain_layers,
    plain_logits,
    shapes,
)
from tests.helpers.second_device import Elsewhere, OnTheCpu


def with_weights_of(plain, vocab_size=20, embed_dim=4, num_classes=3):
    """The answer in eval mode, with the weights and dtype of `plain`."""
    model = TextClassifier(vocab_size, embed_dim, num_classes)
    model.load_state_dict(plain.state_dict(), strict=True)
    return model.to(plain["embedding"].weight.dtype).eval()


# switching oneDNN off warns of Intel GPUs that are not there
pytestmark = pytest.mark.filterwarnings("ignore:TF32 acceleration")


@pytest.fixture(autouse=True)
def plain_kernels():
    """oneDNN needs 0.1 s to build an LSTM for training; the plain kernels are there."""
    with torch.backends.mkldnn.flags(enabled=False):
        yield


@prompt_says(
    "The layers are an embedding, one LSTM layer that reads batch-first in both "
    "directions with 128 units each, and a classifier.",
    "The attributes are named `embedding`, `encoder` and `classifier`, the last one "
    "an `nn.Sequential` of these four, under their default names `0` to `3`.",
)
@pytest.mark.parametrize("sizes", [(20, 4, 3), (7, 6, 1)])
def test_has_the_layers_under_their_names(sizes):
    """A saved file is loaded by name: attributes, places and sizes must be the same."""
    model = TextClassifier(*sizes)
    wanted, found = shapes(plain_layers(*sizes)), shapes(model)
    lacks = {name: wanted[name] for name in wanted if wanted[name] != found.get(name)}
    extra = {name: found[name] for name in found if found[name] != wanted.get(name)}
    assert found == wanted, (
        f"the state dict lacks {lacks}; what it has instead: {extra}"
    )
    kind = type(model.classifier)
    assert issubclass(kind, nn.Sequential), f"classifier is a {kind.__name__}"


@prompt_says(
    "A state dict saved from this architecture loads with `strict=True` and gives the "
    "same logits, up to rounding.",
    "in float32 and float64",
    "The ids may be contiguous or not",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gives_the_logits_of_the_same_weights(dtype):
    """Follow the shapes through the layers: each row must come from its own text."""
    plain = plain_layers().to(dtype)
    model = with_weights_of(plain)
    for shape in ((5, 3), (2, 4)):
        x = torch.randint(
            20, shape
        ).T  # as a slice or a transposed batch is, not contiguous
        assert_close(model(x), plain_logits(plain, x))


@prompt_says(
    "The classifier reads the last hidden state of both directions, the forward one "
    "first",
)
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_reads_the_last_state_of_each_direction(direction):
    """Where does the backward reader stop? Take each direction where it is done."""
    plain = plain_layers()
    other = slice(128, None) if direction == "forward" else slice(128)
    with torch.no_grad():  # the classifier ignores the other direction
        plain["classifier"][0].weight[:, other] = 0
    x = torch.randint(20, (3, 6))
    assert_close(with_weights_of(plain)(x), plain_logits(plain, x))


@prompt_says("returns logits of shape `(batch, num_classes)`")
def test_returns_logits():
    """Scores may be any number: turning them into probabilities is the loss's work."""
    plain = plain_layers()
    with torch.no_grad():
        plain["classifier"][3].weight.zero_()
        plain["classifier"][3].bias.copy_(torch.tensor([5.0, -3.0, 0.0]))
    logits = with_weights_of(plain)(torch.randint(20, (2, 4)))
    assert_close(logits, torch.tensor([[5.0, -3.0, 0.0], [5.0, -3.0, 0.0]]))


@prompt_says("Batch size and length of text are anything from one up.")
def test_takes_one_text_and_one_word():
    """A dimension of size one is still a dimension."""
    plain = plain_layers(num_classes=1)
    model = with_weights_of(plain, num_classes=1)
    for shape in ((1, 5), (3, 1), (1, 1), (2, 600)):
        x = torch.randint(20, shape)
        assert_close(model(x), plain_logits(plain, x))


@prompt_says(
    "In eval mode the same ids always give the same logits.",
    "The ids may be contiguous or not, and are not changed.",
)
def test_repeats_itself_in_eval_mode():
    """Nothing is drawn in eval mode, and nothing is kept from call to call."""
    model = TextClassifier(20, 4, 3).eval()
    x = torch.randint(20, (3, 5))
    before = x.clone()
    first = model(x)
    assert_close(model(x), first)
    assert torch.equal(x, before), "your model changed its input `x`"


@prompt_says(
    "In train mode dropout is active, and nothing else is random.",
    "`Linear(256, 64)`, ReLU, `Dropout(0.3)`, `Linear(64, num_classes)`",
)
def test_drops_hidden_units_in_train_mode():
    """Dropout belongs between the two linear layers, and is the only random part."""
    model = with_weights_of(showing_its_units(), num_classes=64)
    x = torch.randint(20, (40, 3))
    undropped = model(x)
    first, second = model.train()(x), model(x)
    assert_about_30_percent(first == 1)
    assert_about_30_percent(second == 1)
    assert not torch.equal(first[0] == 1, first[1] == 1), "one mask for all texts"
    assert not torch.equal(first == 1, second == 1), "the same units fall out each time"
    assert_close(first, torch.where(first == 1, 1, 1 + (undropped - 1) / 0.7))


def showing_its_units():
    """Layers whose hidden units are all on, and whose logits are 1 plus a unit each."""
    plain = plain_layers(num_classes=64)
    with torch.no_grad():
        plain["classifier"][0].bias.fill_(3)
        plain["classifier"][3].weight.copy_(torch.eye(64))
        plain["classifier"][3].bias.fill_(1)
    return plain


def assert_about_30_percent(dropped):
    share = dropped.double().mean().item()
    assert abs(share - 0.3) < 0.06, (
        f"{share:.0%} of the hidden units fell out, not 30 %"
    )


@prompt_says("Every parameter learns, by the gradient that these layers give it.")
def test_every_parameter_gets_its_gradient():
    """Nothing may be frozen, and nothing may cut the graph on the way."""
    plain = plain_layers()
    x = torch.randint(1, 20, (3, 5))
    model = with_weights_of(plain)
    model(x).sin().sum().backward()
    plain_logits(plain, x).sin().sum().backward()
    compare_gradients(model, plain)


@prompt_says("on whichever device the weights and ids are")
def test_works_on_the_device_of_its_input():
    """Tensors that you make yourself must go where the input is."""
    model = TextClassifier(20, 4, 3).eval()
    x = torch.randint(20, (2, 5))
    with Elsewhere():
        logits = model(x)
    assert not isinstance(logits, OnTheCpu), "the logits are not on the device of `x`"
    assert_close(logits, model(x))
