"""What the pages of transformers say about PyTorch, shown on PyTorch itself."""

import pytest
import torch
from torch import nn
from torch.nn.attention.bias import causal_lower_right
from torch.nn.functional import layer_norm, scaled_dot_product_attention
from torch.testing import assert_close
from torch.utils._python_dispatch import TorchDispatchMode

# --- RMS normalisation --------------------------------------------------------


def test_layer_norm_is_rms_norm_of_the_centred_vector():
    x = torch.randn(3, 8)
    centred = x - x.mean(-1, keepdim=True)
    assert_close(layer_norm(x, (8,)), nn.RMSNorm(8, eps=1e-5)(centred))


def test_pytorchs_rms_norm_takes_the_epsilon_of_float32():
    x = torch.full((1, 4), 1e-3)
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        found = nn.RMSNorm(4, dtype=dtype)(x.to(dtype))
        assert_close(found, nn.RMSNorm(4, eps=1.1920929e-07, dtype=dtype)(x.to(dtype)))


def test_the_scale_of_x_does_not_matter_to_rms_norm():
    """The gradient is orthogonal to x, and half as long where x is twice as long."""
    x = torch.randn(8, dtype=torch.float64, requires_grad=True)
    norm, weights = nn.RMSNorm(8, eps=0, dtype=torch.float64), torch.randn(8).double()
    assert_close(norm(2 * x), norm(x))
    (gradient,) = torch.autograd.grad(norm(x) @ weights, x)
    twice = (2 * x).detach().requires_grad_()
    (half,) = torch.autograd.grad(norm(twice) @ weights, twice)
    assert_close(gradient @ x, torch.zeros(()).double())
    assert_close(half, gradient / 2)


# --- scaled dot-product attention ---------------------------------------------


def test_pytorch_aligns_the_causal_mask_with_the_first_key():
    """A single query sees the oldest key alone, unless the bias says otherwise."""
    query, key, value = torch.randn(1, 1, 1, 4), torch.randn(1, 1, 5, 4), torch.eye(5)
    value = value[None, None]
    found = scaled_dot_product_attention(query, key, value, is_causal=True)
    assert found.flatten().tolist() == [1, 0, 0, 0, 0]
    aligned_at_the_end = causal_lower_right(1, 5)
    found = scaled_dot_product_attention(query, key, value, aligned_at_the_end)
    assert_close(found, scaled_dot_product_attention(query, key, value))


def test_near_200_bfloat16_knows_whole_numbers_only():
    assert torch.tensor([199.3, 200.4, 200.6]).bfloat16().tolist() == [199, 200, 201]


# --- rotary embedding ---------------------------------------------------------


def test_moving_a_module_casts_its_buffers_too():
    """And casting back does not bring the digits: 0.0316 has become 0.0315."""
    module = nn.Module()
    module.register_buffer("frequency", torch.tensor(0.0316), persistent=False)
    moved = module.to(torch.bfloat16).frequency
    assert moved.dtype == torch.bfloat16
    assert moved.float() != torch.tensor(0.0316)


def test_5001_is_4992_in_bfloat16():
    assert torch.tensor(5001).bfloat16().item() == 4992


def test_reordered_projections_turn_one_convention_into_the_other():
    """Within each head, first the even features and then the odd ones."""
    dim, angles = 8, torch.rand(4).double()
    cos, sin = angles.cos(), angles.sin()

    def neighbours(x):
        a, b = x[::2], x[1::2]
        return torch.stack([a * cos - b * sin, b * cos + a * sin], -1).flatten()

    def halves(x):
        a, b = x.chunk(2)
        return torch.cat([a * cos - b * sin, b * cos + a * sin])

    order = torch.cat([torch.arange(0, dim, 2), torch.arange(1, dim, 2)])
    query, key = torch.randn(2, dim).double()
    expected = neighbours(query) @ key
    assert_close(halves(query[order]) @ key[order], expected)


# --- low-rank adapters --------------------------------------------------------


def test_bfloat16_loses_a_small_update_in_a_large_weight():
    weight, update = torch.tensor([1.0, 100.0]), torch.tensor([0.003, 0.1])
    merged = weight.bfloat16() + update.bfloat16()
    assert merged.tolist() == weight.tolist()


def test_a_module_under_no_grad_hides_the_path_through_it():
    """The gradient of x has the part of the thin path alone."""
    layer, thin = nn.Linear(4, 4).requires_grad_(False), nn.Linear(4, 4)
    x = torch.ones(4, requires_grad=True)
    with torch.no_grad():
        result = layer(x)
    (found,) = torch.autograd.grad((result + thin(x)).sum(), x)
    assert_close(found, thin.weight.sum(0))


# --- grouped-query attention --------------------------------------------------


class Copies(TorchDispatchMode):
    """Notes the shapes of what is copied."""

    def __init__(self):
        super().__init__()
        self.shapes = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if "clone" in func.name():
            self.shapes.append(tuple(result.shape))
        return result


def test_a_product_that_broadcasts_copies_what_it_expands():
    """And einsum folds the dimension into the rows, so it copies nothing."""
    query, key = torch.randn(1, 2, 4, 1, 8), torch.randn(1, 2, 50, 8)
    with Copies() as by_matmul:
        broadcast = query @ key[:, :, None].mT
    assert by_matmul.shapes == [(1, 2, 4, 8, 50)]
    with Copies() as by_einsum:
        folded = torch.einsum("bhgqd,bhkd->bhgqk", query, key)
    assert by_einsum.shapes == []
    assert_close(folded, broadcast)


def test_enable_gqa_repeats_adjacent_heads():
    query, key, value = torch.randn(1, 4, 3, 8), *torch.randn(2, 1, 2, 5, 8)
    found = scaled_dot_product_attention(query, key, value, enable_gqa=True)
    key, value = (t.repeat_interleave(2, dim=1) for t in (key, value))
    assert_close(found, scaled_dot_product_attention(query, key, value))


# --- attention in blocks ------------------------------------------------------


def test_exponentials_overflow_early():
    """Where the maximum is not subtracted: above 88 in float32, 11 in float16."""
    assert torch.tensor([88.0, 89.0]).exp().isinf().tolist() == [False, True]
    halves = torch.tensor([11.0, 12.0], dtype=torch.float16)
    assert halves.exp().isinf().tolist() == [False, True]


# --- the decoder that reads the future ------------------------------------------


def test_a_softmax_over_the_queries_lets_a_later_query_change_an_earlier_weight():
    """Under a correct causal mask."""
    scores = torch.randn(4, 4).masked_fill(~torch.ones(4, 4).tril().bool(), -torch.inf)
    before = scores.softmax(dim=0)
    scores[3, 0] += 1
    changed = (scores.softmax(dim=0) != before)[:, 0]
    assert changed.all()
    assert not before.sum(dim=1).allclose(torch.ones(4))


@pytest.mark.parametrize(
    ("mix", "looks"),
    [
        (nn.LayerNorm(3), False),
        (nn.Linear(3, 3), False),
        (lambda x: nn.BatchNorm1d(3)(x.mT).mT, True),
        (lambda x: nn.Conv1d(3, 3, 3, padding=1)(x.mT).mT, True),
        (lambda x: x + x.mean(dim=1, keepdim=True), True),
    ],
    ids=["layer norm", "linear", "batch norm", "padded convolution", "pooling"],
)
def test_what_mixes_places_reads_the_future(mix, looks):
    x = torch.randn(1, 5, 3, requires_grad=True)
    weights = torch.randn(3)
    (gradient,) = torch.autograd.grad((mix(x)[0, 2] * weights).sum(), x)
    assert bool(gradient[0, 3:].abs().max() > 1e-6) is looks


# --- mixture of experts -------------------------------------------------------


def test_a_single_weight_that_is_divided_by_itself_teaches_nothing():
    """And with two, it is the softmax over the chosen logits."""
    logits = torch.randn(5, 4, dtype=torch.float64, requires_grad=True)
    for top_k in (1, 2):
        kept = logits.softmax(dim=-1).topk(top_k).values
        weights = kept / kept.sum(dim=-1, keepdim=True)
        assert_close(weights, logits.topk(top_k).values.softmax(dim=-1))
        (gradient,) = torch.autograd.grad(weights[:, 0].sum(), logits)
        assert (gradient.abs().max() < 1e-12) == (top_k == 1)


def test_even_probabilities_have_a_balance_loss_of_one():
    """Whatever is chosen: `f` adds up to 1."""
    f = torch.rand(4).softmax(dim=0)
    assert_close(4 * (f * torch.full((4,), 1 / 4)).sum(), torch.tensor(1.0))
