import pytest
import torch
from torch import nn
from torch.nn.functional import linear, scaled_dot_product_attention
from torch.overrides import TorchFunctionMode
from torch.testing import assert_close
from torch.utils._pytree import tree_leaves

from backprep.testing import prompt_says
from solutions.transformers.kv_cache import CachedAttention
from tests.helpers.second_device import Elsewhere, OnTheCpu


def made(embed_dim=6, num_heads=2, max_length=8, dtype=torch.float32):
    return CachedAttention(embed_dim, num_heads, max_length).to(dtype)


def at_once(model, x, num_heads=2):
    """The whole sequence through the model's parameters, without any cache."""
    with torch.no_grad():
        x = x + model.position.weight[: x.shape[1]]
        parts = linear(x, model.qkv.weight, model.qkv.bias).chunk(3, dim=-1)
        q, k, v = (p.unflatten(-1, (num_heads, -1)).transpose(1, 2) for p in parts)
        heads = scaled_dot_product_attention(q, k, v, is_causal=True)
        heads = heads.transpose(1, 2).flatten(2)
        return linear(heads, model.out.weight, model.out.bias)


def in_calls(model, x, *sizes):
    """The results of the calls with so many tokens each, joined."""
    return torch.cat([model(chunk) for chunk in x.split(sizes, dim=1)], dim=1)


def agrees(found, expected, what):
    """Tell the first place where a result is not what it is without a cache."""
    assert found.shape == expected.shape, f"{what}: the shape is {tuple(found.shape)}"
    near = torch.isclose(found, expected, atol=1e-5).all(dim=-1).all(dim=0)
    wrong = (~near).nonzero().flatten().tolist()
    off = (found - expected).abs().max().item()
    assert not wrong, f"{what}: positions {wrong} are wrong, by up to {off:.3f}"


@prompt_says(
    "The vector of its place in the sequence, from `position`, is added to each token; "
    "then come `qkv`, attention in `num_heads` heads of adjacent features, scaled as "
    "usual, and `out`.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_computes_a_whole_sequence_at_once(dtype):
    """First without a cache: positions, projection, heads, causal mask, projection."""
    for batch, heads, length in ((1, 1, 3), (2, 2, 5), (3, 3, 8)):
        model = made(6, heads, dtype=dtype)
        x = torch.randn(batch, length, 6, dtype=dtype)
        assert_close(model(x.clone()), at_once(model, x, heads))


@prompt_says(
    "The tokens of one call follow those of the calls before, and each sees itself and "
    "all earlier ones.",
    "`x` is left as it was.",
)
@pytest.mark.parametrize("batch", [1, 3])
def test_goes_on_token_by_token(batch):
    """What does the fifth token need of the first four, and where does it stand?"""
    model, x = made(), torch.randn(batch, 6, 6)
    before = x.clone()
    found = in_calls(model, x, *[1] * 6)
    assert torch.equal(x, before), "the calls have changed `x`"
    agrees(found, at_once(model, x), f"token by token, {batch} sequence(s)")


@prompt_says(
    "However a sequence is cut into calls, be it at once, token by token, or in chunks "
    "of several tokens, the results are those of the whole at once",
)
@pytest.mark.parametrize("sizes", [(4, 1, 1), (3, 3), (1, 4, 2)], ids=str)
def test_takes_several_tokens_at_a_time(sizes):
    """The second chunk of a prompt sees the first one, and still not its own future."""
    model, x = made(), torch.randn(2, sum(sizes), 6)
    found = in_calls(model, x, *sizes)
    agrees(found, at_once(model, x), f"in calls of {sizes}")


class Projections(TorchFunctionMode):
    """Counts the rows that are multiplied by a weight, parts of it in proportion."""

    def __init__(self, weight):
        super().__init__()
        self.address, self.size = weight.untyped_storage().data_ptr(), weight.numel()
        self.rows = 0.0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        leaves = tree_leaves((args, kwargs))
        tensors = [t for t in leaves if isinstance(t, torch.Tensor)]
        weights = [t for t in tensors if self.is_weight(t)]
        if weights and len(tensors) > len(weights):
            inputs = [t for t in tensors if t.ndim > 1 and not self.is_weight(t)]
            rows = max(t.numel() // t.shape[-1] for t in inputs)
            self.rows += rows * weights[0].numel() / self.size
        return func(*args, **(kwargs or {}))

    def is_weight(self, tensor):
        with torch._C.DisableTorchFunction():
            return tensor.untyped_storage().data_ptr() == self.address


@prompt_says(
    "Each token is projected once: `qkv` is applied to the new tokens of a call alone."
)
def test_projects_each_token_once():
    """Keys and values of earlier tokens do not change. What is there to compute?"""
    model, x, rows = made(), torch.randn(2, 6, 6), []
    for chunk in x.split([3, 1, 2], dim=1):
        with Projections(model.qkv.weight) as counted:
            model(chunk)
        rows.append(round(counted.rows))
    assert rows == [6, 2, 4], f"calls with 3, 1 and 2 tokens of 2 texts project {rows}"


@prompt_says(
    "A call that would make the sequence longer than `max_length` raises `ValueError`",
    "Both leave the cache as it was, so that a call that fits goes on from there.",
)
def test_a_full_cache_raises_and_stays_whole():
    """See whether the new tokens fit before anything changes."""
    model, x = made(max_length=6), torch.randn(2, 6, 6)
    before = model(x[:, :4])
    with pytest.raises(ValueError):
        model(torch.randn(2, 4, 6))
    found = torch.cat([before, model(x[:, 4:])], dim=1)
    agrees(found, at_once(model, x), "after a call that did not fit")
    with pytest.raises(ValueError):
        model(x[:, :1])
    model = made(max_length=6)
    with pytest.raises(ValueError):
        model(torch.randn(1, 7, 6))
    agrees(model(x), at_once(model, x), "after a first call that did not fit")


@prompt_says(
    "and so does one with another batch size than that of the sequence.",
    "Both leave the cache as it was, so that a call that fits goes on from there.",
)
@pytest.mark.parametrize("batch", [1, 3])
def test_another_batch_raises_and_leaves_the_cache(batch):
    """Whose keys would these be? A batch of one would even broadcast."""
    model, x = made(), torch.randn(2, 5, 6)
    before = model(x[:, :3])
    with pytest.raises(ValueError):
        model(torch.randn(batch, 1, 6))
    found = torch.cat([before, model(x[:, 3:])], dim=1)
    agrees(found, at_once(model, x), f"after a call with a batch of {batch}")


@prompt_says(
    "`reset()` empties the cache. The next call begins a new sequence at position 0, "
    "and its batch may have another size."
)
def test_reset_begins_a_new_sequence():
    """Everything that a call remembers has to go, the position too."""
    model = made(max_length=4)
    for batch, length in ((2, 4), (2, 3), (3, 4), (1, 2)):
        x = torch.randn(batch, length, 6)
        found = in_calls(model, x, 1, length - 1)
        agrees(found, at_once(model, x), f"a new text, {batch} x {length} tokens")
        model.reset()


@prompt_says(
    "The state dict holds these and nothing else, also when the cache is not empty."
)
def test_saves_its_parameters_alone():
    """A checkpoint holds what was learned, and no sequence that somebody sent."""
    model = made(max_length=8)
    wanted = {
        "position.weight": (8, 6),
        "qkv.weight": (18, 6),
        "qkv.bias": (18,),
        "out.weight": (6, 6),
        "out.bias": (6,),
    }
    for when in ("an empty", "a filled"):
        found = {name: tuple(t.shape) for name, t in model.state_dict().items()}
        other = {n: s for n, s in found.items() if wanted.get(n) != s}
        assert not other, f"with {when} cache, the state dict has {other}"
        assert found == wanted, f"the state dict has only {sorted(found)}"
        model(torch.randn(2, 3, 6))
    assert isinstance(model.position, nn.Embedding)


@prompt_says(
    "no result and nothing in the cache holds a graph, also where the caller has not "
    "switched gradients off.",
)
def test_holds_no_graph():
    """A key that requires grad keeps the activations of its whole step alive."""
    model, x = made(), torch.randn(2, 3, 6, requires_grad=True)
    saved = []

    def pack(tensor):
        saved.append(tuple(tensor.shape))
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        results = [model(x), model(x[:, :1])]
    assert not any(r.requires_grad for r in results), "a result requires grad"
    assert not saved, f"autograd saved tensors of the shapes {saved}"
    assert torch.is_grad_enabled(), "gradients are switched off afterwards"


@prompt_says(
    "Everything is computed on the device of `x`, where the parameters are too.",
)
def test_works_where_x_is():
    """A tensor that is made without a device is on the CPU."""
    model, x = made(), torch.randn(2, 5, 6)
    expected = at_once(model, x)
    with Elsewhere():
        found = in_calls(model, x, 3, 1, 1)
    assert not isinstance(found, OnTheCpu), "the result is not on the device of `x`"
    agrees(found, expected, "on another device")
