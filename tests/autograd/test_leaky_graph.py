import math
import weakref

import pytest
import torch
from torch.autograd import forward_ad
from torch.overrides import TorchFunctionMode

from backprep.testing import prompt_says
from solutions.autograd.leaky_graph import fit_line


def compare(name, got, expected):
    """To 1e-5, as the prompt says; `got` may still be a tensor here."""
    same = math.isclose(got, expected, rel_tol=1e-5, abs_tol=1e-5)
    assert same, f"{name} is {float(got):.7g}; worked by hand it is {expected:.7g}"


def by_hand(x, y, steps, lr):
    """The iteration in plain Python."""
    n, w, b, losses = len(x), 0.0, 0.0, []
    pairs = list(zip(x.tolist(), y.tolist(), strict=True))
    for _ in range(steps):
        losses.append(sum((w * s + b - t) ** 2 for s, t in pairs) / n)
        slope = sum(2 * (w * s + b - t) * s for s, t in pairs) / n
        shift = sum(2 * (w * s + b - t) for s, t in pairs) / n
        w, b = w - lr * slope, b - lr * shift
    return w, b, losses


class Graphs(TorchFunctionMode):
    """Keeps the largest count of graph nodes alive; notes whether autograd did."""

    def __init__(self):
        super().__init__()
        self.results, self.most, self.walked = [], 0, False

    def __torch_function__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor):
            self.results.append(weakref.ref(result))
            self.walked |= forward_ad.unpack_dual(result).tangent is not None
            if result.grad_fn is not None:
                result.grad_fn.register_prehook(self.note)
        alive = [tensor for ref in self.results if (tensor := ref()) is not None]
        todo, nodes = [tensor.grad_fn for tensor in alive], set()
        while todo:
            node = todo.pop()
            if node is not None and node not in nodes:
                nodes.add(node)
                todo += [parent for parent, _ in node.next_functions]
        self.most = max(self.most, len(nodes))
        return result

    def note(self, gradients):
        self.walked = True


def graphs_of(steps):
    x = torch.linspace(-1, 1, 5)
    with Graphs() as graphs:
        fit_line(x, 3 * x + 1, steps, 0.1)
    return graphs


@pytest.fixture
def no_optimizer(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("your function made an optimizer; write the step yourself")

    monkeypatch.setattr(torch.optim.Optimizer, "__init__", refuse)


@prompt_says(
    "Each step uses all points, and lowers the mean of the squared errors.",
    "All of these are within 1e-5, absolute or relative, of the same iteration worked "
    "out by hand.",
)
def test_takes_the_first_step_by_the_mean():
    """On paper one step is easy: what is the loss divided by, and when is it noted?"""
    x, y = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 4.0, 9.0])
    w, b, losses = fit_line(x, y, 1, 0.03)
    # slopes: -2 * mean(x * y) = -74 / 3 and -2 * mean(y) = -10
    compare("w", w, 0.74)
    compare("b", b, 0.3)
    compare("the first loss", losses[0], 101 / 3)


@prompt_says(
    "It starts from `w = b = 0` and takes `steps` steps at the learning rate `lr`.",
    "should fit `y ≈ w*x + b` by gradient descent",
    "All of these are within 1e-5, absolute or relative, of the same iteration worked "
    "out by hand.",
)
@pytest.mark.parametrize(("points", "steps"), [(1, 2), (6, 3), (40, 25)])
def test_goes_step_by_step_as_by_hand(points, steps):
    """Each step uses its own gradient, of both parameters as they were before it."""
    x, y = torch.randn(points), torch.randn(points)
    w, b, _ = fit_line(x, y, steps, 0.05)
    expected_w, expected_b, _ = by_hand(x, y, steps, 0.05)
    compare("w", w, expected_w)
    compare("b", b, expected_b)


@prompt_says(
    "a list of `steps` Python floats, the loss before each step",
    "All of these are within 1e-5, absolute or relative, of the same iteration worked "
    "out by hand.",
)
@pytest.mark.parametrize(
    ("points", "steps", "scale"), [(6, 3, 1), (40, 25, 1), (2, 5, 0)]
)
def test_gives_the_loss_before_each_step(points, steps, scale):
    """A step's loss is the one whose gradient it follows: one for each step."""
    x, y = torch.randn(points), scale * torch.randn(points)
    _, _, losses = fit_line(x, y, steps, 0.05)
    assert len(losses) == steps, f"{len(losses)} losses for {steps} steps"
    for i, expected in enumerate(by_hand(x, y, steps, 0.05)[2]):
        compare(f"losses[{i}]", losses[i], expected)


@prompt_says(
    "It returns the tuple `(w, b, losses)`: `w` and `b` after the last step as Python "
    "floats, and a list of `steps` Python floats, the loss before each step.",
    "After no steps that is `(0.0, 0.0, [])`.",
)
@pytest.mark.parametrize("steps", [0, 3])
def test_returns_plain_numbers(steps):
    """A tensor drags its graph and its device along; hand out Python's own floats."""
    result = fit_line(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0]), steps, 0.1)
    assert type(result) is tuple, f"got {type(result).__name__}, not a tuple"
    w, b, losses = result
    assert type(losses) is list, (
        f"the losses came as {type(losses).__name__}, not a list"
    )
    kinds = {type(number).__name__ for number in (w, b, *losses)}
    assert kinds == {"float"}, f"expected floats only, got {sorted(kinds)}"
    assert steps or result == (0.0, 0.0, []), f"no steps gave {result}"


@prompt_says(
    "A step leaves no graph behind: no more nodes are alive in the hundredth step "
    "than in the second.",
)
def test_keeps_no_graph_of_past_steps():
    """What still holds on to a graph after its step: the parameters? the losses?"""
    few, many = graphs_of(steps=3), graphs_of(steps=12)
    assert many.most <= few.most, (
        f"{few.most} graph nodes alive in 3 steps, {many.most} in 12"
    )


@prompt_says(
    "Autograd finds the gradients: no formula for the derivative, no `torch.optim`.",
)
def test_gets_its_gradients_from_autograd():
    """Write down the loss alone, and ask it for the gradients."""
    assert graphs_of(steps=3).walked, "no gradient came from autograd"


@prompt_says(
    "Autograd finds the gradients: no formula for the derivative, no `torch.optim`.",
)
def test_needs_no_optimizer(no_optimizer):
    """The update is one line for each parameter: write it yourself."""
    x, y = torch.tensor([1.0, 2.0]), torch.tensor([1.0, 3.0])
    assert len(fit_line(x, y, 2, 0.1)[2]) == 2


@prompt_says("`x` and `y` are one-dimensional, both float32 or both float64.")
def test_works_in_float64():
    """Make your parameters of the dtype of `x`."""
    x, y = torch.randn(2, 5, dtype=torch.float64)
    w, b, losses = fit_line(x, y, 4, 0.1)
    expected_w, expected_b, expected_losses = by_hand(x, y, 4, 0.1)
    compare("w", w, expected_w)
    compare("b", b, expected_b)
    compare("the last loss", losses[-1], expected_losses[-1])


@prompt_says(
    "They are left as they were: values, `requires_grad`, and, where they require "
    "gradients, `.grad`.",
)
def test_leaves_x_and_y_as_they_were():
    """They are data here: no gradient should flow to them, and no value change."""
    x = torch.tensor([0.0, 1.0, 2.0], requires_grad=True)
    y = torch.tensor([1.0, 3.0, 4.0], requires_grad=True)
    fit_line(x, y, 2, 0.1)
    for name, tensor, values in (("x", x, [0, 1, 2]), ("y", y, [1, 3, 4])):
        assert tensor.grad is None, f"your function changed `{name}.grad`"
        assert tensor.requires_grad, f"your function changed `{name}.requires_grad`"
        assert tensor.tolist() == values, f"your function changed its input `{name}`"


@prompt_says("An `x` and a `y` of different lengths raise `ValueError`.")
@pytest.mark.parametrize(("points", "targets"), [(3, 2), (3, 1), (1, 3)])
def test_refuses_unequal_lengths(points, targets):
    """Broadcasting would pair one value with all of the others: compare lengths."""
    with pytest.raises(ValueError):
        fit_line(torch.ones(points), torch.ones(targets), 2, 0.1)
