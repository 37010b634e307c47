import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.model_building.padded_text_classifier import PaddedTextClassifier
from tests.helpers.plain_text_classifier import (
    compare_gradients,
    plain_layers,
    plain_logits,
    shapes,
)
from tests.helpers.second_device import Elsewhere, OnTheCpu


def each_alone(plain, texts):
    """The logits of each text in a batch of its own, without padding."""
    return torch.cat([plain_logits(plain, text[None]) for text in texts])


def with_weights_of(plain, num_classes=3):
    """The answer in eval mode, with the weights and dtype of `plain`."""
    model = PaddedTextClassifier(20, 4, num_classes)
    model.load_state_dict(plain.state_dict(), strict=True)
    return model.to(plain["embedding"].weight.dtype).eval()


def batch_of(lengths, *, pad=0, extra=0, words=(0, 20)):
    """Texts of these lengths; their padded batch, `extra` wider than need be."""
    texts = [torch.randint(*words, (n,)) for n in lengths]
    x = pad_sequence(texts, batch_first=True, padding_value=pad)
    return texts, nn.functional.pad(x, (0, extra), value=pad), torch.tensor(lengths)


# switching oneDNN off warns of Intel GPUs that are not there
pytestmark = pytest.mark.filterwarnings("ignore:TF32 acceleration")


@pytest.fixture(autouse=True)
def plain_kernels():
    """oneDNN needs 0.1 s to build an LSTM for training; the plain kernels are there."""
    with torch.backends.mkldnn.flags(enabled=False):
        yield


@prompt_says(
    "an embedding; one bidirectional LSTM layer, batch-first, with 128 units in each "
    "direction",
    "The attributes are `embedding`, `encoder` and `classifier`, an `nn.Sequential` "
    "whose entries have their default names, so state dicts load into either with "
    "`strict=True`",
)
@pytest.mark.parametrize("sizes", [(20, 4, 3), (7, 6, 1)])
def test_has_the_layers_under_their_names(sizes):
    """A saved file is loaded by name: attributes, places and sizes must be the same."""
    model = PaddedTextClassifier(*sizes)
    wanted, found = shapes(plain_layers(*sizes)), shapes(model)
    lacks = {name: wanted[name] for name in wanted if wanted[name] != found.get(name)}
    extra = {name: found[name] for name in found if found[name] != wanted.get(name)}
    assert found == wanted, (
        f"the state dict lacks {lacks}; what it has instead: {extra}"
    )
    kind = type(model.classifier)
    assert issubclass(kind, nn.Sequential), f"classifier is a {kind.__name__}"


@prompt_says(
    "The logits of a text do not depend on how much padding follows it, on the ids in "
    "the padding, or on the other texts of the batch, to within 1e-5 in float32 and "
    "1e-7 in float64.",
    "a text without padding gets the same logits from both",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_neighbours_do_not_matter(dtype):
    """Each text gets the logits that it would get alone, without padding."""
    plain = plain_layers().to(dtype)
    model = with_weights_of(plain)
    for sizes, extra in (([4], 0), ([2, 6], 0), ([3, 7, 1, 3], 0), ([3, 3], 2)):
        texts, x, lengths = batch_of(sizes, extra=extra, words=(1, 20))
        assert_close(model(x, lengths), each_alone(plain, texts))


@prompt_says(
    "The logits of a text do not depend on how much padding follows it, on the ids in "
    "the padding, or on the other texts of the batch, to within 1e-5 in float32 and "
    "1e-7 in float64.",
    "the last hidden states, forward first",
)
def test_padding_does_not_reach_the_forward_direction():
    """It reads the padding last, unless it stops at the last word."""
    compare_with_one_direction(slice(128))


@prompt_says(
    "The logits of a text do not depend on how much padding follows it, on the ids in "
    "the padding, or on the other texts of the batch, to within 1e-5 in float32 and "
    "1e-7 in float64.",
    "Only `lengths` says where a text ends: any id may be a word.",
)
def test_padding_does_not_reach_the_backward_direction():
    """It reads the padding first, unless it starts at the last word."""
    compare_with_one_direction(slice(128, 256))


def compare_with_one_direction(states):
    """The logits that depend on these states alone, whatever the padding is."""
    plain = plain_layers()
    with torch.no_grad():  # the classifier ignores the other direction
        heard = plain["classifier"][0].weight[:, states].clone()
        plain["classifier"][0].weight.zero_()[:, states] = heard
    model = with_weights_of(plain)
    for pad, extra in ((0, 0), (0, 1), (13, 1), (0, 20), (13, 20)):
        texts, x, lengths = batch_of([5, 2], pad=pad, extra=extra)
        assert_close(model(x, lengths), each_alone(plain, texts))


@prompt_says("Lengths come in any order, and the logits in the order of the texts.")
def test_lengths_come_in_any_order():
    """If you sort the texts, hand the logits back in the order that was asked."""
    model = PaddedTextClassifier(20, 4, 3).eval()
    _, x, lengths = batch_of([6, 4, 3, 1])
    logits = model(x, lengths)
    for order in ([3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]):
        assert_close(model(x[order], lengths[order]), logits[order])


@prompt_says(
    "Padding adds nothing to the gradient of the embedding. Everything else, the "
    "embedding of each word included, gets the gradient that the texts alone would "
    "give.",
    "No text has to fill the whole `seq_len`.",
)
def test_words_get_their_gradient_and_padding_none():
    """Any id may be a word and learns then; what does not count gets no gradient."""
    plain = plain_layers()
    texts = torch.randperm(19).split([5, 12, 2])
    x = pad_sequence(texts, batch_first=True, padding_value=19)
    x = nn.functional.pad(x, (0, 2), value=19)
    model = with_weights_of(plain)
    model(x, torch.tensor([5, 12, 2])).sin().sum().backward()
    each_alone(plain, texts).sin().sum().backward()
    compare_gradients(model, plain)


@prompt_says("A length below 1 or above `seq_len` raises `ValueError`.")
@pytest.mark.parametrize("training", [False, True])
def test_refuses_lengths_that_do_not_fit(training):
    """Check every length against 1 and seq_len before you use it."""
    model = PaddedTextClassifier(20, 4, 3).train(training)
    x = torch.randint(20, (3, 5))
    for wrong in (0, -1, 6):
        for lengths in ([wrong, 3, 5], [5, 1, wrong]):
            with pytest.raises(ValueError):
                model(x, torch.tensor(lengths))


@prompt_says(
    "Dropout is active in train mode only, and nothing else is random.",
    "`Linear(256, 64)`, ReLU, `Dropout(0.3)` and `Linear(64, num_classes)`",
)
def test_drops_hidden_units_in_train_mode():
    """Dropout belongs between the two linear layers, and is the only random part."""
    model = with_weights_of(showing_its_units(), num_classes=64)
    _, x, lengths = batch_of([3, 2] * 20)
    undropped = model(x, lengths)
    first, second = model.train()(x, lengths), model(x, lengths)
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


@prompt_says(
    "`lengths` may be on the device of `x`, or on the CPU when `x` is elsewhere.",
)
@pytest.mark.parametrize("device", ["that of x", "cpu"])
def test_lengths_may_be_on_either_device(device):
    """Packing reads lengths on the CPU; whatever meets `x` must be where `x` is."""
    model = PaddedTextClassifier(20, 4, 3).eval()
    _, x, lengths = batch_of([5, 3, 2])
    with Elsewhere():
        logits = model(x, lengths.cpu() if device == "cpu" else lengths)
    assert not isinstance(logits, OnTheCpu), "the logits are not on the device of `x`"
    assert_close(logits, model(x, lengths))


@prompt_says(
    "`lengths` may be on the device of `x`, or on the CPU when `x` is elsewhere. "
    "Neither is changed.",
)
def test_leaves_its_arguments_as_they_were():
    """The ids and lengths are the caller's, and may be used again."""
    _, x, lengths = batch_of([2, 5, 3], pad=7)
    ids, numbers = x.clone(), lengths.clone()
    PaddedTextClassifier(20, 4, 3)(x, lengths)
    assert torch.equal(x, ids), "your model changed its input `x`"
    assert torch.equal(lengths, numbers), "your model changed its input `lengths`"
