import copy

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.train_vs_eval.predict import predict


class Spy(nn.Module):
    """Calls `look` with its own mode and its output, which it then returns."""

    def __init__(self, look, *layers):
        super().__init__()
        self.look = look
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        y = self.layers(x)
        self.look(self.training, y)
        return y


def partly_frozen():
    """In training, with a frozen part and a dropout that is used in two places."""
    shared = nn.Dropout(0.5)
    frozen = nn.Sequential(nn.BatchNorm1d(4), shared)
    model = nn.Sequential(nn.Sequential(shared, nn.Dropout(0.1)), frozen)
    frozen.eval()
    shared.train()
    return model


def modes(model):
    return {name: module.training for name, module in model.named_modules()}


def compare_modes(model, before, after="afterwards"):
    """Fails where a part of the model is in another mode than `before`."""
    names = {True: "train", False: "eval"}
    changed = [
        f"{name or 'the model'} in {names[now]}"
        for name, now in modes(model).items()
        if now != before[name]
    ]
    assert not changed, f"{after} in another mode than before: {', '.join(changed)}"


@prompt_says(
    "returns the class indices: the argmax of the output over its last dimension, as "
    "an int64 tensor",
    "The output may have any number of dimensions before the last.",
)
@pytest.mark.parametrize("shape", [(4,), (2, 4), (5, 4), (2, 3, 4)])
@pytest.mark.parametrize(
    ("dtype", "centre", "spread"),
    [(torch.float32, 0, 100), (torch.float64, 1, 1e-9), (torch.float32, 0, 1e-9)],
)
def test_gives_the_index_of_the_largest_output(shape, dtype, centre, spread):
    """One index for each position before the last dimension; no digit may go."""
    x = centre + spread * torch.randn(shape, dtype=dtype)
    rows = [row.tolist() for row in x.reshape(-1, 4)]
    expected = torch.tensor([row.index(max(row)) for row in rows])
    result = predict(nn.Identity(), x)
    assert torch.is_tensor(result), f"got {type(result).__name__}, not a tensor"
    assert_close(result, expected.reshape(shape[:-1]))


@prompt_says(
    "Dropout is off, so the answer is the same each time and no random number is "
    "drawn.",
)
def test_switches_dropout_off():
    """Dropout draws a mask in training mode only: a seed does not switch it off."""
    x = torch.randn(50, 10)
    before = torch.get_rng_state()
    assert_close(predict(nn.Sequential(nn.Dropout(0.9)), x), x.argmax(-1))
    same = torch.equal(torch.get_rng_state(), before)
    assert same, "your function drew random numbers or set the seed"


@prompt_says(
    "Batch normalisation uses its running statistics and leaves them as they are.",
)
def test_normalises_by_the_running_statistics():
    """In training mode the answer for one text depends on its neighbours."""
    norm = nn.BatchNorm1d(3)
    norm.running_mean.copy_(torch.tensor([0.0, 10.0, 20.0]))
    x = torch.tensor([[5.0, 12.0, 21.0], [1.0, 13.0, 20.0]])
    assert_close(predict(norm, x), torch.tensor([0, 1]))
    assert_close(predict(norm, x[:1]), torch.tensor([0]))


@prompt_says(
    "Batch normalisation uses its running statistics and leaves them as they are.",
)
def test_leaves_the_running_statistics():
    """A forward pass in training mode moves them, with gradients or without."""
    norm = nn.BatchNorm1d(3)
    before = copy.deepcopy(norm.state_dict())
    predict(norm, torch.randn(8, 3) + 5)
    assert_close(dict(norm.state_dict()), dict(before), rtol=0, atol=0)


@prompt_says(
    "Every part of the model is in evaluation mode while it runs, even if only a part "
    "was in training mode before.",
)
@pytest.mark.parametrize("whole", [True, False])
def test_evaluates_every_part(whole):
    """A model in evaluation mode may have a part that is not: look at each."""
    seen = []
    part = Spy(lambda training, y: seen.append(training))
    model = Spy(lambda training, y: seen.append(training), part).train(whole)
    part.train()
    predict(model, torch.randn(2, 3))
    assert seen == [False, False], "a part of the model ran in training mode"


@prompt_says(
    "No graph is recorded, not even one that is dropped afterwards, whatever `x` and "
    "the weights require.",
)
def test_records_no_graph():
    """The memory is gone once the graph is built: prevent it before the model runs."""
    recorded = []
    model = Spy(lambda training, y: recorded.append(y.requires_grad), nn.Linear(3, 4))
    predict(model, torch.randn(2, 3, requires_grad=True))
    assert recorded == [False], "the model's output holds a graph"


@prompt_says(
    "Afterwards every submodule is in the mode it was in before. That includes a "
    "frozen part of a model in training, and a part that the model uses in two "
    "places.",
)
def test_puts_every_part_back_in_its_mode():
    """Parts of one model can be in different modes: remember each of them."""
    model = partly_frozen()
    before = modes(model)
    predict(model, torch.randn(5, 4))
    compare_modes(model, before)
    before = modes(model.eval())
    predict(model, torch.randn(5, 4))
    compare_modes(model, before)


@prompt_says(
    "The modes come back even when `forward` raises an error or is interrupted from "
    "the keyboard. The error reaches the caller.",
)
@pytest.mark.parametrize("error", [ArithmeticError, KeyboardInterrupt])
def test_puts_the_modes_back_when_forward_fails(error):
    """An error must pass through your function, and still find the modes restored."""

    def fail(training, y):
        raise error

    model = partly_frozen().append(Spy(fail))
    before = modes(model)
    with pytest.raises(error):
        predict(model, torch.randn(5, 4))
    compare_modes(model, before, after=f"after {error.__name__}")


@prompt_says("Nothing else has changed: not the caller's gradient mode")
@pytest.mark.parametrize("enabled", [True, False])
def test_leaves_the_gradient_mode_alone(enabled):
    """Whoever calls may have switched the recording off: put back what you found."""
    with torch.set_grad_enabled(enabled):
        predict(nn.Linear(3, 4), torch.randn(2, 3))
        assert torch.is_grad_enabled() is enabled, "the gradient mode has changed"


@prompt_says("not the `requires_grad` of the parameters or of `x`, not any `.grad`")
def test_leaves_everything_else_alone():
    """Switch the recording off for your call alone: the rest stays as it is."""
    model, x = nn.Linear(3, 4), torch.randn(2, 3, requires_grad=True)
    model.bias.requires_grad_(False)
    model.weight.grad = torch.ones(4, 3)
    predict(model, x)
    required = {"model.weight": model.weight, "model.bias": model.bias, "x": x}
    required = {name: tensor.requires_grad for name, tensor in required.items()}
    before = {"model.weight": True, "model.bias": False, "x": True}
    changed = [
        f"`{name}.requires_grad`" for name in before if required[name] != before[name]
    ]
    assert not changed, f"your function changed {', '.join(changed)}"
    grad = model.weight.grad
    same = grad is not None and torch.equal(grad, torch.ones(4, 3))
    assert same, "your function changed `model.weight.grad`"
