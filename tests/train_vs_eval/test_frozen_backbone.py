import copy

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.train_vs_eval.frozen_backbone import FrozenBackbone


def parts():
    """A backbone that has learned something, and a head; both in training mode."""
    norm = nn.BatchNorm1d(4)
    norm.running_mean.copy_(torch.tensor([1.0, -1.0, 0.0, 2.0]))
    backbone = nn.Sequential(nn.Linear(3, 4), norm, nn.Tanh(), nn.Dropout(0.5))
    return backbone, nn.Sequential(nn.Dropout(0.5), nn.Linear(4, 2))


def train_for_a_while(model):
    """Three steps of everything that still requires a gradient, with weight decay."""
    wanted = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(wanted, lr=0.1, weight_decay=0.1)
    for _ in range(3):
        model.train()
        optimizer.zero_grad()
        model(torch.randn(8, 3) + 5).square().mean().backward()
        optimizer.step()
        model.eval()
        model(torch.randn(8, 3))


def saved(function):
    """How many tensors autograd keeps while `function` runs."""
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(kept.append, lambda t: t):
        function()
    return len(kept)


@prompt_says(
    "No tensor of the backbone's state dict ever changes, whatever is called in which "
    "mode."
)
def test_nothing_in_the_backbone_changes():
    """Parameters are half of a state dict: who moves the other half?"""
    backbone, head = parts()
    before = copy.deepcopy(backbone.state_dict())
    train_for_a_while(FrozenBackbone(backbone, head))
    after = backbone.state_dict()
    moved = [name for name in before if not torch.equal(after[name], before[name])]
    assert moved == [], f"training moved {', '.join(moved)}"


@prompt_says(
    "The features are those of evaluation mode at any time: in training, the backbone "
    "drops nothing, and one example's features do not depend on its neighbours."
)
@pytest.mark.parametrize("training", [True, False])
def test_the_features_are_those_of_evaluation(training):
    """The head should see in training what it will see when it is served."""
    backbone, _ = parts()
    x = torch.randn(6, 3)
    expected = copy.deepcopy(backbone).eval()(x).detach()
    model = FrozenBackbone(backbone, nn.Identity())
    model.train(training)
    assert_close(model(x), expected)
    assert_close(model(x[:2]), expected[:2])


@prompt_says(
    "it also holds after a call of `train()` on this module or on a model around it, "
    "and from the first call on, before `train()` or `eval()` was ever called."
)
def test_no_call_of_train_thaws_it():
    """The mode is set from above, again and again: be there each time."""
    (backbone, head), x, seen = parts(), torch.randn(4, 3), []
    for module in backbone.modules():
        module.register_forward_pre_hook(lambda m, _: seen.append((when, m.training)))
    model = FrozenBackbone(backbone, head)
    when = "at first"
    model(x)
    when = "after its train()"
    model.train()
    model(x)
    when = "after train() on a model around it"
    nn.Sequential(nn.Identity(), model).train()[1](x)
    thawed = sorted({when for when, training in seen if training})
    assert thawed == [], f"the backbone runs in training mode {', '.join(thawed)}"


@prompt_says("The head follows the mode as usual, and so does the flag of the module")
def test_the_head_follows_the_mode():
    """Only the backbone is frozen: leave the rest to `nn.Module`."""
    backbone, head = parts()
    model = FrozenBackbone(backbone, head)
    for arguments in ((False,), (), (False,), (True,), (False,)):
        model.train(*arguments)
        modes = [model.training, *(m.training for m in head.modules())]
        expected = [arguments != (False,)] * 4
        assert modes == expected, f"after train{arguments} the flags are {modes}"
    x = torch.randn(5, 3)
    assert_close(model(x), head(copy.deepcopy(backbone).eval()(x)))


@prompt_says("`train()` and `eval()` return the module.")
def test_train_and_eval_return_the_module():
    """`model = Model().eval()` is a common line."""
    model = FrozenBackbone(*parts())
    for name in ("train", "eval"):
        result = getattr(model, name)()
        kind = type(result).__name__
        assert result is model, f"{name}() returns a {kind}, and not the module"


@prompt_says(
    "No parameter of the backbone requires a gradient; those of the head do as before."
)
def test_the_heads_parameters_alone_require_a_gradient():
    """Whoever builds the optimizer asks the parameters which of them are to learn."""
    backbone, head = parts()
    head[1].bias.requires_grad_(False)
    model = FrozenBackbone(backbone, head)
    wanted = {name for name, p in model.named_parameters() if p.requires_grad}
    assert wanted == {"head.1.weight"}, f"these require a gradient: {sorted(wanted)}"
    model.train()
    model(torch.randn(8, 3)).sum().backward()
    grads = {name for name, p in model.named_parameters() if p.grad is not None}
    assert grads == {"head.1.weight"}, f"these have a gradient: {sorted(grads)}"


@prompt_says(
    "Nothing is kept in memory to walk the backbone backward: autograd records the "
    "head alone."
)
def test_autograd_records_the_head_alone():
    """An input may ask for a gradient too, and then everything is recorded for it."""
    backbone, head = parts()
    model, x = FrozenBackbone(backbone, head[1]), torch.randn(5, 3, requires_grad=True)
    model.train()
    expected = saved(lambda: head[1](torch.randn(5, 4)))
    count = saved(lambda: model(x))
    assert count == expected, f"{count} tensors are kept, and the head needs {expected}"


@prompt_says("The gradients of the head's parameters are the usual ones.")
def test_the_head_gets_its_gradients():
    """Cut the graph between the two, and nowhere else."""
    backbone, head = parts()
    model, x = FrozenBackbone(backbone, head[1]), torch.randn(5, 3)
    model.eval()
    features = copy.deepcopy(backbone).eval()(x).detach()
    expected = torch.autograd.grad((head[1](features) ** 3).sum(), head[1].weight)[0]
    (model(x) ** 3).sum().backward()
    assert_close(model.head.weight.grad, expected)
