import math

import pytest
import torch
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.transformers.rotary_embedding import RotaryEmbedding
from tests.helpers.second_device import Elsewhere, OnTheCpu


def turned(x, positions, base=10000.0):
    """Each pair as one complex number, times one of length 1, in double precision."""
    first, second = x.double().chunk(2, dim=-1)
    i = torch.arange(first.shape[-1]).double()
    angles = positions[..., None].double() / base ** (2 * i / x.shape[-1])
    if angles.ndim == 3:
        angles = angles[:, None]
    result = torch.complex(first, second) * torch.polar(torch.ones_like(angles), angles)
    return torch.cat([result.real, result.imag], dim=-1)


@prompt_says(
    "feature `i` of the first half and feature `i` of the second half are a pair",
    "At position `p`, pair `i` is turned counterclockwise by "
    "`p / base**(2 * i / head_dim)` radians: a point at `(1, 0)` goes to `(cos, sin)` "
    "of this angle.",
)
def test_turns_a_feature_towards_the_other_half():
    """Which feature is the partner of the first one, and which way does it turn?"""
    x, rope = torch.eye(6)[None, None], RotaryEmbedding(6, base=1000.0)
    result = rope(x, torch.ones(6, dtype=torch.long))[0, 0]
    for i, angle in enumerate((1.0, 0.1, 0.01, 1.0, 0.1, 0.01)):
        expected, partner = torch.zeros(6), (i + 3) % 6
        expected[i] = math.cos(angle)
        expected[partner] = math.sin(angle) if i < 3 else -math.sin(angle)
        seen = [round(number, 3) for number in result[i].tolist()]
        near = (result[i] - expected).abs().max() < 1e-5
        assert near, f"a 1 in feature {i} of 6, turned by {angle}, is {seen}"


@prompt_says(
    "returns the rotated `x`, with its shape and dtype.",
    "pair `i` is turned counterclockwise by `p / base**(2 * i / head_dim)` radians",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_agrees_with_complex_numbers(dtype):
    """A pair is a complex number, and turning it is a product. Does yours agree?"""
    for head_dim, base in ((2, 10000.0), (8, 10000.0), (6, 500.0)):
        x, positions = torch.randn(2, 3, 5, head_dim, dtype=dtype), torch.arange(5)
        result = RotaryEmbedding(head_dim, base)(x.clone(), positions)
        assert result.shape == x.shape, f"the shape is {tuple(result.shape)}"
        assert result.dtype == dtype, f"the dtype is {result.dtype}"
        expected = turned(x, positions, base).to(dtype)
        assert_close(result, expected, rtol=0, atol=1e-4)


@prompt_says(
    "A score between two tokens should depend on how far apart they are.",
)
def test_scores_depend_on_the_distance_alone():
    """Turn query and key by the same angle: their product must not notice."""
    rope, query, key = RotaryEmbedding(8), *torch.randn(2, 1, 1, 1, 8)

    def score(m, n):
        at_m, at_n = rope(query.clone(), torch.tensor([m])), torch.tensor([n])
        return (at_m * rope(key.clone(), at_n)).sum().item()

    near, far = score(3, 0), score(30, 0)
    for shift in (1, 50, 900):
        again = score(3 + shift, shift)
        assert again == pytest.approx(near, abs=1e-2), (
            f"positions 3 and 0 score {near:.3f}; both {shift} later, {again:.3f}"
        )
    assert near != pytest.approx(far, abs=1e-2), "the distance makes no difference"


@prompt_says(
    "The positions need not begin at 0, nor be in order, and there is no largest one."
)
def test_takes_the_positions_it_is_given():
    """In decoding, the only token of the step may be the thousandth of its text."""
    rope, x = RotaryEmbedding(8), torch.randn(1, 2, 1, 8)
    for position in (0, 1, 7, 4096, 10_000):
        where = torch.tensor([position])
        off = (rope(x.clone(), where) - turned(x, where)).abs().max().item()
        assert off < 1e-2, f"a single token at {position} is off by {off:.1g}"
    x, places = torch.randn(1, 2, 4, 8), torch.tensor([6, 2, 2, 40])
    result = rope(x.clone(), places)
    assert_close(result, turned(x, places).float(), rtol=0, atol=1e-4)


@prompt_says("or `(batch, length)`, with a row for each sequence.")
@pytest.mark.parametrize("heads", [1, 2, 3])
def test_each_sequence_has_positions_of_its_own(heads):
    """Texts padded on the left begin at different places. Where are the heads?"""
    x, positions = torch.randn(2, heads, 3, 4), torch.tensor([[0, 1, 2], [5, 6, 9]])
    result = RotaryEmbedding(4)(x.clone(), positions)
    assert_close(result, turned(x, positions).float(), rtol=0, atol=1e-4)


@prompt_says(
    "The angles, their sines and their cosines are computed in float32 or better, "
    "whatever the dtype of `x` is, and also after the module itself was moved to "
    "bfloat16 or float16.",
    "returns the rotated `x`, with its shape and dtype.",
)
@pytest.mark.parametrize("moved", [False, True], ids=["module in float32", "moved"])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_computes_angles_in_single_precision(dtype, moved):
    """Which number is 5,001 in half precision? Which frequency is 0.01?"""
    rope = RotaryEmbedding(16).to(dtype if moved else torch.float32)
    x, positions = torch.rand(1, 2, 4, 16).to(dtype), torch.tensor([1, 301, 5001, 5002])
    result = rope(x, positions)
    assert result.dtype == dtype, f"`x` is {dtype}, and the result {result.dtype}"
    off = (result - turned(x, positions)).abs().amax((0, 1, 3))
    far = [f"{o:.1g} at {p}" for o, p in zip(off, positions, strict=True) if o > 0.02]
    assert not far, f"in {dtype} the result is off by {', '.join(far)}"
    x, positions = torch.rand(1, 2, 4, 16), torch.arange(4)
    rope(x.to(dtype), positions)
    off = (rope(x, positions) - turned(x, positions)).abs().max().item()
    assert off < 1e-4, f"after an `x` in {dtype}, one in float32 is off by {off:.1g}"


@prompt_says("The module has no parameters, and its state dict is empty.")
def test_has_nothing_to_save():
    """What follows from the arguments need not be in a checkpoint."""
    rope = RotaryEmbedding(8)
    rope(torch.randn(1, 1, 3, 8), torch.arange(3))
    found = [*rope.state_dict(), *(name for name, _ in rope.named_parameters())]
    assert not found, f"a checkpoint would hold {found}"


@prompt_says("`x` itself is left as it was; gradients flow back to it.")
def test_leaves_x_alone_and_turns_gradients_back():
    """The backward pass of a rotation is the rotation the other way round."""
    x, positions = torch.randn(1, 2, 3, 4, requires_grad=True), torch.tensor([2, 3, 8])
    before, weights = x.detach().clone(), torch.randn(1, 2, 3, 4)
    with torch.no_grad():
        RotaryEmbedding(4)(x, positions)
    assert torch.equal(x, before), "`x` has changed"
    (RotaryEmbedding(4)(x, positions) * weights).sum().backward()
    assert_close(x.grad, turned(weights, -positions).float(), rtol=0, atol=1e-4)


@prompt_says(
    "A `head_dim` that is odd or below 2 raises `ValueError` when the module is made.",
    "`positions` whose last dimension is not the length of `x` raise `ValueError`.",
)
def test_refuses_what_does_not_fit():
    """A single position would broadcast over all tokens without an error."""
    for head_dim in (0, 1, 7, -2):
        with pytest.raises(ValueError):
            RotaryEmbedding(head_dim)
    x = torch.randn(2, 2, 3, 4)
    for positions in (torch.arange(1), torch.arange(4), torch.zeros(3, 1).long()):
        with pytest.raises(ValueError):
            RotaryEmbedding(4)(x, positions)


@prompt_says("Everything is computed on the device of `x`, where `positions` are too.")
def test_makes_its_table_where_x_is():
    """A tensor that is made without a device is on the CPU."""
    rope, x, positions = RotaryEmbedding(4), torch.randn(2, 2, 3, 4), torch.arange(3)
    with Elsewhere():
        result = rope(x, positions)
    assert not isinstance(result, OnTheCpu), "the result is not on the device of `x`"
    assert_close(result, rope(x, positions))
