import weakref

import pytest
import torch
from torch.optim import adam
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.training_loop.adamw import AdamW
from tests.helpers.second_device import Elsewhere

FLOATS = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)


def weights(*values, dtype=torch.float32):
    return [torch.tensor(v, dtype=dtype, requires_grad=True) for v in values]


def step(optimizer, parameters, *gradients):
    """One step, with these gradients; `None` for a parameter that has none."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = None
        if gradient is not None:
            parameter.grad = parameter.detach() * 0 + gradient
    optimizer.step()


def shown(parameters):
    return [[round(w, 6) for w in p.detach().flatten().tolist()] for p in parameters]


def compare(mine, expected, by="with PyTorch's AdamW", **tolerance):
    """Weights with weights, and both in the message."""
    told = f"the weights are {shown(mine)}; {by} {shown(expected)}"
    for found, right in zip(mine, expected, strict=True):
        assert_close(found, right, **tolerance, msg=told)


@prompt_says(
    "After a hundred steps with the same gradients, the weights are those of "
    "`torch.optim.AdamW`, up to rounding: in float64 to ten digits.",
)
@FLOATS
def test_trains_as_pytorchs_for_a_hundred_steps(dtype):
    """Write down the first two steps by hand; where do the numbers part?"""
    options = {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.5}
    mine, pytorchs = [weights([1.0, -2.0], 3.0, dtype=dtype) for _ in range(2)]
    optimizers = AdamW(mine, **options), torch.optim.AdamW(pytorchs, **options)
    for _ in range(100):
        gradients = torch.randn(2, dtype=dtype) + 0.5, torch.randn((), dtype=dtype)
        step(optimizers[0], mine, *gradients)
        step(optimizers[1], pytorchs, *gradients)
    tolerance = {"rtol": 1e-10, "atol": 1e-10} if dtype is torch.float64 else {}
    compare(mine, pytorchs, **tolerance)


@prompt_says(
    "Both averages start at zero and are corrected for that. `eps` is added to the "
    "root of the corrected average of squares.",
)
@pytest.mark.parametrize("eps", [1e-8, 1.0])
def test_the_first_step_is_the_one_worked_out_by_hand(eps):
    """After one gradient, what should the average of the gradients so far be?"""
    gradients = torch.tensor([0.001, -1.0, 1000.0])
    parameters = weights([1.0, 1.0, 1.0])
    optimizer = AdamW(parameters, lr=0.25, eps=eps, weight_decay=0.0)
    step(optimizer, parameters, gradients)
    # corrected, the averages are the gradient and its square
    expected = [1 - 0.25 * g / (abs(g) + eps) for g in gradients.tolist()]
    compare(parameters, weights(expected), by="by hand")


@prompt_says(
    "The weight decay is decoupled: it enters neither average. A step takes `lr * "
    "weight_decay` times the weight away, as the weight was before the step.",
)
def test_decays_the_weight_itself():
    """How much a weight shrinks must not depend on how large its gradients are."""
    parameters = weights([2.0, 4.0, 2.0])
    optimizer = AdamW(parameters, lr=0.1, weight_decay=0.5)
    step(optimizer, parameters, torch.zeros(3))
    compare(parameters, weights([1.9, 3.8, 1.9]), by="by hand")
    step(optimizer, parameters, torch.zeros(3))
    compare(parameters, weights([1.805, 3.61, 1.805]), by="by hand")
    other = weights([2.0, 2.0])
    step(AdamW(other, lr=0.1, weight_decay=0.5), other, torch.tensor([1.0, -100.0]))
    compare(other, weights([1.8, 2.0]), by="by hand")


@prompt_says(
    "A parameter whose `.grad` is `None` sits the step out: nothing of it changes, "
    "and the step does not count for it. For the correction each parameter counts its "
    "own steps.",
)
def test_a_parameter_without_a_gradient_sits_the_step_out():
    """A head that is not used in this step learns nothing, and must not shrink."""
    mine, pytorchs = [weights([1.0], [2.0], dtype=torch.float64) for _ in range(2)]
    optimizers = AdamW(mine, lr=0.1), torch.optim.AdamW(pytorchs, lr=0.1)
    for gradients in ((2.0, None), (1.0, None), (0.5, 3.0), (None, 4.0), (1.0, -1.0)):
        step(optimizers[0], mine, *gradients)
        step(optimizers[1], pytorchs, *gradients)
        compare(mine, pytorchs)
        empty = [p.grad is None for p in mine]
        assert empty == [g is None for g in gradients], "`step` gave it a gradient"


@prompt_says(
    "and may set `lr`, `betas`, `eps` and `weight_decay` for them; what it does not "
    "set comes from the constructor's arguments.",
    "`step` reads `lr`, `eps` and `weight_decay` there every time, so whoever changes "
    "one changes the next step.",
)
def test_each_group_has_its_options_and_they_may_change():
    """A schedule sets `lr` between steps: when do you read it?"""
    ended = []
    for kind in (AdamW, torch.optim.AdamW):
        first, second, third = weights([1.0], [1.0], [1.0])
        own = {"lr": 0.2, "betas": (0.4, 0.3), "eps": 0.1, "weight_decay": 0.3}
        groups = [{"params": (p for p in [first, second])}, {"params": [third], **own}]
        optimizer = kind(iter(groups), lr=0.05, betas=(0.7, 0.8), eps=0.5)
        for scale in (1.0, 0.1):
            step(optimizer, [first, second, third], 1.0, -0.5, 2.0)
            for group in optimizer.param_groups:
                group["lr"] *= scale
                group["weight_decay"] += 1.0
                group["eps"] = 0.2
        step(optimizer, [first, second, third], 1.0, 1.0, 1.0)
        ended.append([first, second, third])
    compare(*ended)


@prompt_says(
    "`params` is an iterable of tensors, or of dicts: the parameter groups. It may be "
    "an iterator, which can be read only once.",
    '`param_groups` is a list of dicts with `"params"`, `"lr"`, `"betas"`, `"eps"` '
    'and `"weight_decay"`, one for each group, or a single one where there were only '
    "tensors.",
)
def test_reads_the_parameters_once():
    """`model.parameters()` is a generator: after one pass it is empty."""
    model = torch.nn.Linear(1, 1)
    optimizer = AdamW(model.parameters())
    (group,) = optimizer.param_groups
    found = group["lr"], group["betas"], group["eps"], group["weight_decay"]
    assert found == (0.001, (0.9, 0.999), 1e-8, 0.01), f"the options are {found}"
    held = [id(parameter) for parameter in group["params"]]
    assert held == [id(model.weight), id(model.bias)], (
        f"{len(held)} parameters are held"
    )
    for number in (1, 2):
        before = shown(model.parameters())
        step(optimizer, list(model.parameters()), 1.0, 1.0)
        stuck = before == shown(model.parameters())
        assert not stuck, f"step {number} moved nothing"


class Saved:
    """What autograd saved, for as long as a graph holds it."""

    def __init__(self, tensor):
        self.tensor = tensor.detach()


@prompt_says(
    "Parameters are changed in place. `step` is called while autograd records, and "
    "yet nothing of it is recorded, and no graph is kept alive, even if the gradients "
    "have one",
)
def test_keeps_no_graph_alive():
    """An update is no part of the model: what would a recorded average hold on to?"""
    alive = weakref.WeakSet()

    def pack(tensor):
        alive.add(saved := Saved(tensor))
        return saved

    (weight,) = weights([1.0, 2.0])
    optimizer = AdamW([weight])
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda saved: saved.tensor):
        for _ in range(2):
            cubes = (weight**3).sum()
            (weight.grad,) = torch.autograd.grad(cubes, weight, create_graph=True)
            optimizer.step()
            weight.grad = cubes = None
    assert weight.is_leaf, "the weight is no leaf any more"
    assert weight.tolist() != [1.0, 2.0], "the weight was not changed in place"
    assert not alive, f"{len(alive)} saved tensors of past steps are alive"


@prompt_says(
    "`step` reads the gradients and leaves them as they are. `zero_grad` sets them to "
    "`None`.",
)
def test_only_zero_grad_touches_the_gradients():
    """Whoever logs the gradients does it after the step: read them, and no more."""
    parameters = weights([2.0, -1.0], [3.0])
    optimizer = AdamW(parameters)
    step(optimizer, parameters, torch.tensor([0.5, -4.0]), 3.0)
    left = [parameter.grad.tolist() for parameter in parameters]
    assert left == [[0.5, -4.0], [3.0]], f"after the step the gradients are {left}"
    optimizer.zero_grad()
    left = [parameter.grad for parameter in parameters]
    assert left == [None, None], f"after `zero_grad` the gradients are {left}"


@prompt_says(
    "Parameters are in float32 or float64, on any device. What you keep for one of "
    "them has its dtype and its device.",
)
@FLOATS
def test_works_where_the_parameters_are(dtype):
    """Ask each parameter for tensors like itself."""
    parameters = weights([[1.0], [1.0]], 1.0, dtype=dtype)
    with Elsewhere():
        optimizer = AdamW(parameters, lr=0.25, weight_decay=0.0)
        for _ in range(2):
            step(optimizer, parameters, 3.0, -2.0)
    compare(parameters, weights([[0.5], [0.5]], 1.5, dtype=dtype), by="by hand")


@prompt_says(
    "but on no optimizer of PyTorch's, nor on the functions in `torch.optim` that "
    "they call.",
)
def test_does_the_work_itself(monkeypatch):
    """The twenty lines are what was asked for."""

    def refuse(*args, **kwargs):
        raise AssertionError("your class lets PyTorch's optimizer do the work")

    monkeypatch.setattr(torch, "_fused_adamw_", refuse)
    for name in ("_single_tensor_adam", "_multi_tensor_adam", "_fused_adam"):
        monkeypatch.setattr(adam, name, refuse)
    parameters = weights([1.0], [1.0])
    step(AdamW(parameters, lr=0.25), parameters, 3.0, -2.0)
    assert shown(parameters) != [[1.0], [1.0]], "the step moved nothing"
