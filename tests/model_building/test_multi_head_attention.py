import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.model_building.multi_head_attention import MultiHeadAttention
from tests.helpers.second_device import Elsewhere, OnTheCpu
from tests.helpers.torch_calls import Refusing


def pytorchs(embed_dim=6, num_heads=2, dtype=torch.float32):
    """PyTorch's module, with biases that are not zero."""
    module = nn.MultiheadAttention(embed_dim, num_heads, batch_first=True, dtype=dtype)
    nn.init.normal_(module.in_proj_bias)
    nn.init.normal_(module.out_proj.bias)
    return module


def with_weights_of(module):
    """The answer, with the parameters of PyTorch's module."""
    model = MultiHeadAttention(module.embed_dim, module.num_heads)
    wanted, found = shapes(module), shapes(model)
    assert found == wanted, f"the state dict has {found}, not {wanted}"
    model.to(module.in_proj_weight.dtype).load_state_dict(module.state_dict())
    return model


def shapes(module):
    return {name: tuple(value.shape) for name, value in module.state_dict().items()}


def ahead(length):
    """True where a position would look at a later one."""
    return torch.ones(length, length, dtype=torch.bool).triu(1)


def padding(*rows):
    """A mask from rows of letters: `w` for a word, `.` for padding."""
    return torch.tensor([[letter == "." for letter in row] for row in rows])


def looks_at(model, x, **masks):
    """The pairs (i, j) of two positions where the result at i changes with x at j."""
    pairs, result = [], model(x, **masks)
    for j in range(x.shape[1]):
        other = x.clone()
        other[:, j] += 1
        changed = (model(other, **masks) - result).abs().amax(dim=(0, 2)) > 1e-5
        pairs += [(i, j) for i in changed.nonzero().flatten().tolist() if i != j]
    return pairs


@prompt_says(
    "The parameters have PyTorch's names and shapes",
    "A state dict of PyTorch's module loads with `strict=True`.",
    "Without masks the result is that of PyTorch's module with the same parameters, up "
    "to rounding, in float32 and float64.",
    "Each head takes `embed_dim // num_heads` adjacent features.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_computes_what_pytorchs_module_does(dtype):
    """Follow one number: which head, which position, and where does it end up?"""
    for embed_dim, num_heads, length in ((5, 1, 4), (6, 3, 1), (6, 2, 4), (8, 4, 5)):
        module = pytorchs(embed_dim, num_heads, dtype)
        x = torch.randn(2, length, embed_dim, dtype=dtype)
        assert_close(with_weights_of(module)(x), module(x, x, x)[0])


@prompt_says(
    "`key_padding_mask` is boolean, `(batch, length)`, and `True` where there is "
    "padding. No position looks at padding."
)
def test_no_position_looks_at_padding():
    """A mask of keys hides columns of the scores, and the rest still sums to one."""
    module, x = pytorchs(), torch.randn(2, 4, 6)
    model = with_weights_of(module)
    seen = looks_at(model, x[:1], key_padding_mask=padding("w.w."))
    leaks = [(i, j) for i, j in seen if j in (1, 3)]
    assert not leaks, f"with padding at 1 and 3, position i looks at j in {leaks}"
    mask = padding("www.", ".w.w")
    assert_close(model(x, mask), module(x, x, x, key_padding_mask=mask)[0])


@prompt_says("With `is_causal=True` position `i` looks at the positions `0` to `i`.")
def test_no_position_looks_ahead():
    """Rows of the scores are queries, columns keys. Which triangle is the future?"""
    module, x = pytorchs(), torch.randn(2, 4, 6)
    model = with_weights_of(module)
    leaks = [(i, j) for i, j in looks_at(model, x, is_causal=True) if j > i]
    assert not leaks, f"position i looks at a later j in {leaks}"
    expected = module(x, x, x, attn_mask=ahead(4))[0]
    assert_close(model(x, is_causal=True), expected)


@prompt_says("Where both masks are given, both hold.")
def test_both_masks_hold_at_once():
    """A key is hidden if either mask hides it."""
    module, x = pytorchs(), torch.randn(2, 4, 6)
    mask = padding("ww.w", "www.")
    expected = module(x, x, x, key_padding_mask=mask, attn_mask=ahead(4))[0]
    found = with_weights_of(module)(x, mask, is_causal=True)
    assert_close(found, expected)


@prompt_says(
    "A position that may look at nothing gets zeros from every head, so its result is "
    "the bias of `out_proj`.",
)
def test_a_position_that_sees_nothing_gets_the_bias():
    """What does your softmax give for a row in which everything is hidden?"""
    module, x = pytorchs(), torch.randn(2, 4, 6)
    model, mask = with_weights_of(module), padding("..ww", "....")
    result = model(x, mask, is_causal=True)
    blind = torch.cat([result[0, :2], result[1]])
    assert_close(blind, module.out_proj.bias.expand(6, -1))
    words = x[:1, 2:]
    assert_close(result[:1, 2:], module(words, words, words, attn_mask=ahead(2))[0])


@prompt_says(
    "Neither the result nor any gradient is NaN there, and such a position "
    "contributes to the gradient of this bias alone."
)
def test_a_position_that_sees_nothing_spoils_no_gradient():
    """Zero times NaN is NaN: hiding it in the result does not stop it going back."""
    module, x = pytorchs(), torch.randn(1, 4, 6)
    model, words = with_weights_of(module), x[:, 2:]
    model(x, padding("..ww"), is_causal=True).sin().sum().backward()
    module(words, words, words, attn_mask=ahead(2))[0].sin().sum().backward()
    for name, expected in module.named_parameters():
        if name != "out_proj.bias":
            found = model.get_parameter(name).grad
            bad = (~found.isfinite()).sum().item()
            assert not bad, f"{bad} numbers of the gradient of {name} are not finite"
            assert_close(found, expected.grad)
    bias = module.out_proj.bias
    found, expected = model.out_proj.bias.grad, bias.grad + 2 * bias.cos()
    assert_close(found, expected.detach())


@prompt_says(
    "Everything is computed on the device of `x`, where the parameters are too."
)
def test_makes_its_masks_where_x_is():
    """A tensor that is made without a device is on the CPU."""
    model, x, mask = (
        MultiHeadAttention(6, 2),
        torch.randn(2, 4, 6),
        padding("ww..", "w..."),
    )
    with Elsewhere():
        result = model(x, mask, is_causal=True)
    assert not isinstance(result, OnTheCpu), "the result is not on the device of `x`"
    assert_close(result, model(x, mask, is_causal=True))


@prompt_says(
    "A `num_heads` below 1, or one that does not divide `embed_dim`, raises "
    "`ValueError` when the module is made."
)
@pytest.mark.parametrize("num_heads", [4, 12, 0, -2])
def test_refuses_heads_that_do_not_divide(num_heads):
    """Say it when the module is made, not with an error about shapes later."""
    with pytest.raises(ValueError):
        MultiHeadAttention(6, num_heads)


@prompt_says(
    "Neither `nn.MultiheadAttention` nor `F.multi_head_attention_forward` is called."
)
def test_does_the_work_itself():
    """The heads are what was asked for."""
    model, x = MultiHeadAttention(6, 2), torch.randn(2, 4, 6)
    with Refusing("multi_head_attention"):
        assert model(x).shape == (2, 4, 6)
        assert model(x, padding("ww..", "w..."), is_causal=True).shape == (2, 4, 6)
        with torch.no_grad():
            assert model.eval()(x).shape == (2, 4, 6)
