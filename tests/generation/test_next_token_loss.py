import math

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.generation.next_token_loss import next_token_loss, perplexity
from tests.helpers.second_device import Elsewhere, OnTheCpu

VOCABULARY = 5


def batch(*rows, padding=-1, dtype=torch.float32):
    """Logits, tokens and mask: `t` is a token of the row, `.` is padding."""
    mask = torch.tensor([[letter == "t" for letter in row] for row in rows])
    tokens = torch.randint(VOCABULARY, mask.shape).masked_fill(~mask, padding)
    return torch.randn(*mask.shape, VOCABULARY, dtype=dtype), tokens, mask


def losses(logits, tokens, mask):
    """The loss of each pair that counts, in plain Python."""
    found = []
    for scores, ids, real in zip(
        logits.tolist(), tokens.tolist(), mask.tolist(), strict=True
    ):
        for i in range(1, len(ids)):
            if real[i - 1] and real[i]:
                total = sum(math.exp(score) for score in scores[i - 1])
                found.append(math.log(total) - scores[i - 1][ids[i]])
    return found


def compare(given, rows):
    found, expected = next_token_loss(*given), losses(*given)
    mean = sum(expected) / len(expected)
    seen = f"{rows} gives {found.item():.5f}; the {len(expected)} pairs give {mean:.5f}"
    assert math.isclose(found.item(), mean, rel_tol=1e-4), seen


@prompt_says("the logits at a position score the token after it.")
@pytest.mark.parametrize("length", [2, 5])
def test_each_position_predicts_the_token_after_it(length):
    """Four tokens hold three predictions. Which logits, which token are left over?"""
    rows = ["t" * length] * 3
    logits, tokens, mask = batch(*rows)
    compare((logits, tokens, mask), rows)
    other, spare = logits.clone(), tokens.clone()
    other[:, -1] += torch.randn(VOCABULARY)
    spare[:, 0] = (spare[:, 0] + 1) % VOCABULARY
    compare((other, spare, mask), "the same with other ends")


@prompt_says(
    "A pair counts if neither of the two is padding. Padding may stand on either side "
    "of a row, the ids in it mean nothing, and they may lie outside the vocabulary."
)
@pytest.mark.parametrize("rows", [["ttt..", "tttt."], ["..ttt", ".tttt"]], ids=str)
@pytest.mark.parametrize("padding", [0, -1])
def test_padding_neither_predicts_nor_is_predicted(rows, padding):
    """Look at the one pair where text and padding meet, at either end of the text."""
    compare(batch(*rows, padding=padding), rows)


@prompt_says(
    "The loss is the mean over all pairs of the batch that count, each with the same "
    "weight, whichever row it stands in.",
    "A row may have one token or none.",
)
@pytest.mark.parametrize(
    "rows", [["tttttt", "tt...."], ["tttt", "t...", "...."], ["tt", "t."]], ids=str
)
def test_every_pair_weighs_the_same(rows):
    """A long row holds more predictions than a short one, and should say more."""
    compare(batch(*rows, padding=0), rows)


@prompt_says(
    "`False` at padding.",
    "Two neighbouring positions make a pair: the logits of the first and the token of "
    "the second.",
)
@pytest.mark.parametrize("token", range(VOCABULARY))
def test_the_mask_alone_says_what_is_padding(token):
    """The end-of-text token often fills the padding too, and has to be learned."""
    logits, tokens, mask = batch("tttt.", "ttttt", padding=token)
    tokens[0, 3] = tokens[1, 2] = token
    compare((logits, tokens, mask), f"a text with the token {token} in it")


@prompt_says(
    "If no pair counts at all, the loss is zero, and so is its gradient.",
    "It is a tensor without dimensions, ready for `backward()`.",
)
@pytest.mark.parametrize("rows", [["t...", "...t", "...."], ["t", "t"]], ids=str)
def test_no_pair_at_all_gives_zero(rows):
    """A mean over nothing is 0 / 0, and one NaN spoils every weight."""
    logits, tokens, mask = batch(*rows, padding=0)
    loss = next_token_loss(logits.requires_grad_(), tokens, mask)
    assert loss.item() == 0, f"without a pair the loss is {loss.item()}"
    (gradient,) = torch.autograd.grad(loss, logits, materialize_grads=True)
    assert not gradient.any(), f"its gradient is {gradient.flatten()[0]}"


@prompt_says(
    "It is a tensor without dimensions, ready for `backward()`.",
    "The loss is the mean over all pairs of the batch that count",
    "Nothing that is passed in is changed",
)
def test_the_gradient_reaches_the_pairs_that_count():
    """Softmax minus one-hot, over the count, where a pair begins; zero elsewhere."""
    logits, tokens, mask = given = batch("ttt.", ".ttt", padding=0)
    before = [t.clone() for t in given]
    loss = next_token_loss(logits.requires_grad_(), tokens, mask)
    assert loss.shape == (), f"the loss has the shape {tuple(loss.shape)}"
    loss.backward()
    expected = torch.zeros_like(logits)
    for row, i in ((0, 0), (0, 1), (1, 1), (1, 2)):
        expected[row, i] = before[0][row, i].softmax(0) / 4
        expected[row, i, before[1][row, i + 1]] -= 1 / 4
    assert_close(logits.grad, expected)
    assert_close(
        [t.detach() for t in given], before, msg="your function changed inputs"
    )


@prompt_says(
    "In float32 and float64 it has the dtype of the logits. Logits in bfloat16 or "
    "float16 are brought to float32 first, and the loss is float32."
)
@pytest.mark.parametrize("name", ["float32", "float64", "bfloat16", "float16"])
def test_computes_in_float32_at_least(name):
    """Two or three digits are too few to see a loss go down."""
    dtype, wanted = (
        getattr(torch, name),
        torch.promote_types(getattr(torch, name), torch.float32),
    )
    logits, tokens, mask = batch("t" * 40, dtype=dtype)
    loss = next_token_loss(logits, tokens, mask)
    assert loss.dtype == wanted, f"logits of {dtype} gave a loss of {loss.dtype}"
    expected = losses(logits, tokens, mask)
    off = abs(loss.item() - sum(expected) / len(expected))
    digits = 1e-12 if wanted == torch.float64 else 1e-5
    assert off < digits, f"the loss of {dtype} logits is off by {off:.1g}"


@prompt_says(
    "`ValueError` if `tokens` and `mask` do not both have the shape `(batch, length)` "
    "of the logits.",
    "and everything is computed on the device of the logits",
)
def test_takes_tensors_that_fit_and_refuses_others():
    """Whoever has shifted already would be shifted twice: compare all three shapes."""
    logits, tokens, mask = batch("tttt", "tttt")
    with Elsewhere():
        loss = next_token_loss(logits, tokens, mask)
    assert not isinstance(loss, OnTheCpu), "the loss is on the CPU"
    for what, wrong in {
        "shifted logits": (logits[:, :-1], tokens, mask),
        "shifted tokens": (logits, tokens[:, 1:], mask),
        "a shifted mask": (logits, tokens, mask[:, 1:]),
        "a mask that is too long": (logits, tokens, mask.repeat(1, 2)),
        "a mask of one row": (logits, tokens, mask[:1]),
        "tokens and mask of one row": (logits, tokens[:1], mask[:1]),
    }.items():
        assert refuses(next_token_loss, *wrong), f"{what} raised no ValueError"


def refuses(function, *args):
    try:
        function(*args)
    except ValueError:
        return True
    return False


class Table(nn.Module):
    """A model that looks its logits up, and notes how it is called."""

    def __init__(self):
        super().__init__()
        self.scores = nn.Parameter(torch.randn(VOCABULARY, VOCABULARY))
        self.calls, self.recorded = 0, False

    def forward(self, tokens):
        self.calls += 1
        logits = self.scores[tokens.clamp(min=0)]
        self.recorded |= logits.requires_grad
        return logits


@prompt_says(
    "the exponential of the mean loss over all pairs that count, in all batches "
    "together.",
    "`batches` is an iterable of `(tokens, mask)`, to be gone through once.",
    "as a Python float",
)
def test_perplexity_is_taken_once_over_all_batches():
    """Unequal batches: keep a sum and a count, and take the exponential last."""
    model = Table()
    batches = [batch(*r)[1:] for r in (["ttttt", "tttt."], ["ttt"], ["t"], ["tt"])]
    found = perplexity(model, iter(batches))
    assert type(found) is float, f"the perplexity is a {type(found).__name__}"
    expected = [x for ids, mask in batches for x in losses(model(ids), ids, mask)]
    wanted = math.exp(sum(expected) / len(expected))
    seen = f"the perplexity is {found:.4f}; all {len(expected)} pairs give {wanted:.4f}"
    assert math.isclose(found, wanted, rel_tol=1e-4), seen


@prompt_says(
    "`model(tokens)` gives logits, whatever the ids in the padding are, and is called "
    "once for each batch; no graph is recorded.",
    "The modes of the model's layers are the caller's. `ValueError` if there is no "
    "pair that counts.",
)
@pytest.mark.parametrize("training", [True, False])
def test_perplexity_only_looks(training):
    """To evaluate, you record nothing; and what is the perplexity of no text?"""
    model = Table().train(training)
    perplexity(model, [batch("ttt", "tt.")[1:] for _ in range(3)])
    assert model.calls == 3, f"three batches took {model.calls} calls of the model"
    assert not model.recorded, "a graph was recorded"
    assert model.training == training, f"the model is left in training={not training}"
    for batches in ([], [batch("t.", ".t")[1:]]):
        assert refuses(perplexity, model, batches), "no pair raised no ValueError"
