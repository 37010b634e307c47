import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.transformers.causal_leak import Decoder
from tests.helpers.second_device import Elsewhere, OnTheCpu

VOCAB, BOS = 9, 0
TOKENS = torch.tensor([[3, 1, 4, 7, 5, 2], [8, 6, 2, 5, 3, 1]])


def made(dtype=torch.float64, embed_dim=8):
    model = Decoder(VOCAB, embed_dim, 2, 6, BOS).to(dtype)
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.5)
    return model


def torchs(model, tokens, num_heads=2):
    """The same, by PyTorch's functions."""
    ids = functional.pad(tokens, (1, 0), value=BOS)[:, :-1]
    x = model.embed.weight[ids] + model.position.weight[: tokens.shape[1]]
    h = functional.layer_norm(x, x.shape[-1:], model.gain, model.shift)
    parts = functional.linear(h, model.qkv.weight, model.qkv.bias).chunk(3, dim=-1)
    q, k, v = (p.unflatten(-1, (num_heads, -1)).transpose(1, 2) for p in parts)
    h = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    h = functional.linear(
        h.transpose(1, 2).flatten(2), model.out.weight, model.out.bias
    )
    return functional.linear(x + h, model.head.weight, model.head.bias)


def readers(model, token):
    """The positions whose logits change with this token."""
    changed = TOKENS.clone()
    changed[:, token] = (changed[:, token] + 1) % VOCAB
    off = (model(TOKENS) - model(changed)).abs().amax(dim=(0, 2))
    return (off > 1e-9).nonzero().flatten().tolist()


@prompt_says(
    "The logits at position `t` are to predict token `t`. So they depend on the tokens "
    "before `t` and on no other token"
)
def test_no_position_sees_its_own_token_or_a_later_one():
    """Change one token at a time. Which logits may notice?"""
    model = made()
    for token in range(6):
        seen = [p for p in readers(model, token) if p <= token]
        assert seen == [], f"token {token} changes the logits at {seen}"


@prompt_says("So they depend on the tokens before `t` and on no other token")
def test_the_logits_of_a_text_are_those_of_its_beginning():
    """A place does not know either how many tokens come after it."""
    model = made()
    logits = model(TOKENS)
    for length in range(1, 6):
        off = (model(TOKENS[:, :length]) - logits[:, :length]).abs().max().item()
        assert off < 1e-9, (
            f"alone, the first {length} tokens give other logits, by {off:.2g}"
        )


@prompt_says("Each place attends to itself and to all places before it")
def test_every_later_position_sees_a_token():
    """Hiding more than the future is a bug too: what does the last place look at?"""
    model = made()
    for token in range(6):
        seen = [p for p in readers(model, token) if p > token]
        later = list(range(token + 1, 6))
        assert seen == later, f"token {token} changes the logits at {seen}, not {later}"


@prompt_says("and their gradient reaches the embeddings of no other.")
def test_the_gradient_of_the_logits_reaches_the_past_alone():
    """A leak may be too small to see in the logits; what flows back is not."""
    model, tokens = made(), TOKENS[:1]
    for t in range(6):
        model.zero_grad()
        model(tokens)[0, t].square().sum().backward()
        rows = model.embed.weight.grad.abs().sum(dim=1)
        reached = [n for n in range(6) if rows[tokens[0, n]] > 1e-9]
        assert reached == list(range(t)), f"from position {t}, tokens {reached}"


@prompt_says(
    "To that end the ids are shifted to the right: `bos_id` comes first, and the last "
    "token is dropped."
)
def test_reads_the_token_before_at_each_position():
    """Without attention, a position knows one token alone. Which one?"""
    model = made(embed_dim=10)
    with torch.no_grad():
        for parameter in (model.out.weight, model.out.bias, model.head.bias):
            parameter.zero_()
        model.position.weight.zero_()
        model.embed.weight.copy_(torch.eye(VOCAB, 10))
        model.head.weight.copy_(torch.eye(VOCAB, 10))
        found = model(TOKENS).argmax(dim=-1)
    expected = [[BOS, *row[:-1]] for row in TOKENS.tolist()]
    assert found.tolist() == expected, f"{TOKENS[0].tolist()} is {found[0].tolist()}"


@prompt_says(
    "each vector is normalised by its own mean and its own biased variance, to which "
    "1e-5 is added; then it is multiplied by `gain`, and `shift` is added."
)
def test_normalises_each_vector_by_itself():
    """A sequence of one token has nothing to average over but its features."""
    model = made()
    with torch.no_grad():
        model.embed.weight.mul_(0.01)  # so that 1e-5 counts
        model.position.weight.mul_(0.01)
        found, expected = model(TOKENS[:, :1]), torchs(model, TOKENS[:, :1])
    off = (found - expected).abs().max().item()
    assert off < 1e-6, f"one token alone is off by {off:.3g}"


@prompt_says("with weights that add up to 1.")
def test_the_weights_of_a_place_add_up_to_one():
    """If all values are 1, so is what attention gives, whatever the scores are."""
    model = made()
    with torch.no_grad():
        model.embed.weight.zero_()
        model.position.weight[:, 1:] = 0  # the places differ, and so do the queries
        model.qkv.weight[16:], model.qkv.bias[16:] = 0, 1
        model.out.weight.copy_(torch.eye(8))
        model.head.weight.copy_(torch.eye(VOCAB, 8))
        model.out.bias.zero_(), model.head.bias.zero_()
        sums = model(TOKENS)[0, :, 1].tolist()
    assert_close(sums, [1.0] * 6, msg=f"they add up to {[round(s, 2) for s in sums]}")


@prompt_says(
    "Scores are divided by the square root of the number of features of a head.",
    "It works in float32 and float64",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_gives_what_pytorchs_functions_give(dtype):
    """With the parameters as they are named: what differs when all else is right?"""
    model, before = made(dtype), TOKENS.clone()
    for length in (1, 2, 6):
        logits = model(TOKENS[:, :length])
        assert logits.dtype == dtype, f"{logits.dtype} from parameters of {dtype}"
        assert_close(logits, torchs(model, TOKENS[:, :length]), rtol=1e-4, atol=1e-4)
    assert torch.equal(TOKENS, before), "your forward pass changed `tokens`"


@prompt_says("The parameters keep their names and shapes, and the state dict holds")
def test_keeps_its_parameters():
    """A mended model has to load what was trained with the names of before."""
    shapes = {name: tuple(p.shape) for name, p in made().state_dict().items()}
    assert shapes == {
        **{"gain": (8,), "shift": (8,)},
        **{"embed.weight": (9, 8), "position.weight": (6, 8)},
        **{"qkv.weight": (24, 8), "qkv.bias": (24,)},
        **{"out.weight": (8, 8), "out.bias": (8,)},
        **{"head.weight": (9, 8), "head.bias": (9,)},
    }


@prompt_says(
    "on whatever device the ids and the parameters are.",
    "More than `max_length` tokens raise `ValueError`.",
)
def test_works_on_any_device_and_refuses_what_does_not_fit():
    """What you make on the way has to be made where the ids are."""
    model = made()
    with pytest.raises(ValueError):
        model(torch.ones(1, 7, dtype=torch.int64))
    with Elsewhere(), torch.no_grad():
        assert not isinstance(model(TOKENS), OnTheCpu), "the logits are on the CPU"
