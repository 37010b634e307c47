import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.transformers.lora import LoRALinear, lora_state_dict
from tests.helpers.torch_calls import Operations


def trained(r=2, alpha=6.0, dtype=torch.float32, bias=True):
    """A module whose adapter is no longer zero, and the matrix that it should add."""
    module = LoRALinear(nn.Linear(5, 4, bias=bias, dtype=dtype), r, alpha)
    with torch.no_grad():
        module.lora_A.normal_()
        module.lora_B.normal_()
    return module, alpha / r * (module.lora_B @ module.lora_A).detach()


def with_update(module, update, x):
    """What the layer returns with a matrix added to its weight."""
    return nn.functional.linear(x, module.layer.weight + update, module.layer.bias)


@prompt_says(
    "At first the module computes exactly what the layer does",
    "The wrapped layer is the attribute `layer`.",
)
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
def test_begins_as_the_layer(bias):
    """Which of the two matrices makes the product zero?"""
    for shape in ((5,), (2, 5), (2, 3, 5)):
        layer, x = nn.Linear(5, 4, bias=bias), torch.randn(shape)
        expected = layer(x).detach()
        module = LoRALinear(layer, r=2, alpha=6.0)
        assert_close(module(x).detach(), expected, rtol=0, atol=0)
        assert module.layer is layer, "`layer` is not the layer that was wrapped"


@prompt_says(
    "training it moves both `lora_A` and `lora_B`. Gradients reach `x`, `lora_A` and "
    "`lora_B`, and nothing in `layer`.",
)
def test_trains_the_adapter_alone():
    """A gradient of zero teaches nothing, and a bias is a parameter too."""
    layer, x = nn.Linear(5, 4), torch.randn(3, 5, requires_grad=True)
    module = LoRALinear(layer, r=2, alpha=6.0)
    start = {name: p.detach().clone() for name, p in module.named_parameters()}
    optimizer = torch.optim.SGD(module.parameters(), lr=0.5)
    for _ in range(2):
        optimizer.zero_grad()
        module(x).square().sum().backward()
        optimizer.step()
    params = module.named_parameters()
    moved = {name for name, p in params if not torch.equal(p, start[name])}
    assert moved == {"lora_A", "lora_B"}, f"training moves {sorted(moved)}"
    for name, parameter in layer.named_parameters():
        assert parameter.grad is None, f"the layer's {name} has a gradient"


@prompt_says(
    "returns the layer's result plus `alpha / r` times `x` multiplied by `lora_A` and "
    "then by `lora_B`, both transposed.",
    "Gradients reach `x`, `lora_A` and `lora_B`",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_adds_the_scaled_product(dtype):
    """By what is the product multiplied, for a rank of 2 and for one of 4?"""
    for r, alpha in ((1, 3.0), (2, 3.0), (4, 1.0)):
        module, update = trained(r, alpha, dtype)
        x = torch.randn(2, 3, 5, dtype=dtype, requires_grad=True)
        found = module(x)
        assert_close(found, with_update(module, update, x))
        weights = torch.randn_like(found)
        (to_x,) = torch.autograd.grad((found * weights).sum(), x)
        assert_close(to_x, weights @ (module.layer.weight + update))


@prompt_says(
    "Unless it is merged, a forward pass makes no matrix of the size of the layer's "
    "weight."
)
def test_makes_no_matrix_of_the_weights_size():
    """The product of the thin matrices is thick. Is there another order?"""
    module, x = LoRALinear(nn.Linear(40, 30), r=2, alpha=6.0), torch.randn(2, 40)
    with Operations() as ran:
        module(x)
    largest = ran.largest.numel()
    assert largest < 30 * 40, f"for 2 rows, you make a tensor of {largest}"


@prompt_says(
    "From then on `forward` returns what the layer alone returns, which is what the "
    "module returned before, up to rounding."
)
def test_computes_the_same_when_merged():
    """Once the weight holds the adapter, who still has to add it?"""
    module, update = trained()
    x, weight = torch.randn(3, 5), module.layer.weight.detach().clone()
    before = module(x)
    module.merge()
    assert_close(module.layer.weight.detach(), weight + update)
    assert_close(module(x).detach(), before.detach(), atol=1e-4, rtol=1e-4)
    assert_close(module(x).detach(), module.layer(x).detach(), rtol=0, atol=0)


@prompt_says(
    "Merging a merged module changes nothing, nor does unmerging one that is not "
    "merged."
)
@pytest.mark.parametrize(
    "calls", ["u", "m m", "m u u", "m m u", "m u m"], ids=lambda calls: calls
)
def test_merging_again_changes_nothing(calls):
    """A server that merges before each evaluation must not drift."""
    module, update = trained()
    weight = module.layer.weight.detach().clone()
    for call in calls.split():
        module.merge() if call == "m" else module.unmerge()
    held = module.layer.weight.detach() - weight
    times = (held * update).sum() / (update * update).sum()
    wanted = 0 if calls[-1] == "u" else 1
    assert times.item() == pytest.approx(wanted, abs=1e-3), (
        f"after {calls} the weight holds the adapter {times:.0f} times"
    )


@prompt_says(
    "`unmerge()` takes the adapter out again, up to rounding, and training can go on.",
    "they stay the same `nn.Parameter` objects all along.",
)
def test_training_goes_on_after_unmerging():
    """Merge and unmerge are arithmetic on a weight that others may hold, too."""
    module, update = trained()
    weight, values = module.layer.weight, module.layer.weight.detach().clone()
    x = torch.randn(3, 5)
    for _ in range(2):
        module.merge()
        module.unmerge()
    assert module.layer.weight is weight, "the layer has another Parameter now"
    assert_close(weight.detach(), values)
    assert_close(module(x), with_update(module, update, x))
    module(x).sum().backward()
    learns = [name for name, p in module.named_parameters() if p.grad is not None]
    assert learns == ["lora_A", "lora_B"], f"after unmerging, {learns} have gradients"


class Namesake(nn.Module):
    """Has a parameter of the name, and is not an adapter."""

    def __init__(self):
        super().__init__()
        self.lora_A = nn.Parameter(torch.ones(2))


@prompt_says(
    "`lora_state_dict(model)` returns the entries of `model.state_dict()` that are the "
    "`lora_A` and `lora_B` of a `LoRALinear` anywhere in `model`, under the names that "
    "they have there, and no others, whatever else is trained or has such a name.",
)
def test_saves_the_adapters_alone():
    """A trained head is not an adapter, and neither is whatever has such a name."""
    model = nn.Sequential(
        nn.ModuleDict({"query": LoRALinear(nn.Linear(5, 4), 2, 6.0)}),
        nn.ModuleDict(
            {
                "flora_A": nn.Linear(4, 3),
                "lora_B": nn.Linear(3, 3),
                "namesake": Namesake(),
            }
        ),
        LoRALinear(nn.Linear(3, 3), 1, 6.0).requires_grad_(False),
    )
    found = lora_state_dict(model)
    wanted = ["0.query.lora_A", "0.query.lora_B", "2.lora_A", "2.lora_B"]
    assert sorted(found) == wanted, f"the adapters are {sorted(found)}"
    for name in wanted:
        assert torch.equal(found[name], model.state_dict()[name]), f"{name} differs"
    alone = sorted(lora_state_dict(model[2]))
    assert alone == ["lora_A", "lora_B"], f"those of a single module are {alone}"


@prompt_says(
    "`lora_A` of shape `(r, in_features)` and `lora_B` of shape `(out_features, r)`, "
    "in the dtype and on the device of the layer's weight."
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_makes_the_adapter_like_the_weight(dtype):
    """The layer may be in half precision, and on another device, when it is wrapped."""
    layer = nn.Linear(5, 4, dtype=dtype, device="meta")
    module = LoRALinear(layer, r=2, alpha=6.0)
    for name, shape in (("lora_A", (2, 5)), ("lora_B", (4, 2))):
        made = getattr(module, name)
        found = tuple(made.shape), made.dtype, made.device.type
        assert found == (shape, dtype, "meta"), f"{name} is {found}"


@prompt_says(
    "An `r` below 1, or above the smaller one of `in_features` and `out_features`, "
    "raises `ValueError`."
)
@pytest.mark.parametrize("r", [0, -1, 4, 5, 6])
def test_refuses_a_rank_that_is_none(r):
    """A product of rank 4 is no shortcut for a matrix of 3 rows."""
    for sizes in ((3, 5), (5, 3)):
        with pytest.raises(ValueError):
            LoRALinear(nn.Linear(*sizes), r, alpha=6.0)
    LoRALinear(nn.Linear(3, 5), 3, alpha=6.0)
