import math

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.pytorch_vs_tensorflow.port_training_step import TrainingStep

# weights, three batches, and what Keras 3.15 made of them in ten steps
WEIGHTS = [
    [[2.0, -2.6, 0.4], [-0.6, -0.5, -0.2], [-2.0, -0.2, -0.9]],
    [2.6, 1.1, 0.8],
    [-0.3, -0.7, -1.1],
    [-0.4, 0.5, -0.2],
    [2.0, 1.2, 1.0],
    [[1.5, 0.5], [-0.5, -0.2], [0.5, 1.9]],
    [-0.3, -0.2],
]
FOUR = [[1.0, -0.9, -0.3], [0.9, 0.6, 0.1], [0.7, -2.8, 1.0], [-1.0, -1.7, 0.3]]
FIVE = [
    [0.7, -0.4, -1.1],
    [0.0, -0.1, 1.4],
    [0.7, 0.2, 1.1],
    [-0.2, -0.9, 0.6],
    [0.6, -0.2, -0.8],
]
TWO = [[0.2, -2.5, 0.7], [0.5, -1.6, 0.1]]
BATCHES = [(FOUR, [0, 1, 1, 1]), (FIVE, [0, 0, 0, 1, 1]), (TWO, [0, 1])]
LOSSES = [0.641868, 1.028378, 1.705356, 0.608067, 0.998766]
LOSSES += [1.638065, 0.589035, 0.971939, 1.572659, 0.573568]
AFTER = [
    [
        [1.928745, -2.523062, 0.390672],
        [-0.650801, -0.45699, -0.160961],
        [-1.925402, -0.188089, -0.844368],
    ],
    [2.539179, 1.115109, 0.760274],
    [-0.37873, -0.701018, -1.132578],
    [-0.277334, 0.409355, -0.171426],
    [2.099281, 1.33074, 0.941245],
    [[1.444008, 0.555992], [-0.536039, -0.163961], [0.506143, 1.893857]],
    [-0.376429, -0.123571],
]
PROBABILITIES = [[0.990559, 0.009441], [0.836992, 0.163008], [0.855998, 0.144002]]
NAMES = "kernel", "gamma", "beta", "moving_mean", "moving_variance", "head", "bias"


def arrays(weights):
    return [np.array(values, dtype=np.float32) for values in weights]


def random_weights(inputs, hidden, classes):
    shapes = [(inputs, hidden), hidden, hidden, hidden, hidden, (hidden, classes)]
    weights = arrays(np.random.randn(*np.atleast_1d(s)) for s in [*shapes, classes])
    weights[4] = 0.5 + np.abs(weights[4])
    return weights


def batch(x, y):
    return torch.tensor(x), torch.tensor(y)


def agree(found, wanted, which, when, atol=1e-5):
    """Assert that these of the seven arrays are what they should be."""
    for name in which:
        here, there = found[NAMES.index(name)], wanted[NAMES.index(name)]
        worst = np.abs(np.float64(here) - np.float64(there)).max()
        assert worst < atol, f"{when} `{name}` is off by {worst:.2g}: {here.tolist()}"


def biases_alone(classes=3):
    """Weights with gamma, beta and head at zero: the logits are the biases."""
    weights = random_weights(2, 4, classes)
    for i in (1, 2, 5):
        weights[i][:] = 0
    return weights


@prompt_says(
    "Loss, probabilities and all seven arrays agree with Keras to 1e-5, after one step "
    "and after ten.",
    "A batch has two examples or more; batches may differ in size.",
)
def test_ten_steps_give_what_keras_gave():
    """This is the proof of a port: the same data, and the numbers of a real run."""
    step = TrainingStep(arrays(WEIGHTS))
    losses = [step(*batch(*BATCHES[i % 3])) for i in range(10)]
    for i, (here, there) in enumerate(zip(losses, LOSSES, strict=True), 1):
        said = f"the loss of step {i} is {here:.6f}, and Keras's {there:.6f}"
        assert abs(here - there) < 1e-5, said
    agree(step.get_weights(), AFTER, NAMES, "after ten steps")


@prompt_says(
    "`step.get_weights()` returns the seven arrays as they are now, in Keras's order, "
    "shapes and dtype.",
    "the widths may be others than above",
)
@pytest.mark.parametrize("widths", [(3, 4, 2), (5, 3, 4), (3, 3, 3)], ids=str)
def test_gives_back_the_weights_it_was_given(widths):
    """Before the first step nothing has changed, and Keras could load what you give."""
    weights = random_weights(*widths)
    found = TrainingStep([w.copy() for w in weights]).get_weights()
    forms = [(type(w).__name__, str(w.dtype), w.shape) for w in found]
    assert forms == [("ndarray", "float32", w.shape) for w in weights], f"got {forms}"
    agree(found, weights, NAMES, "before any step", atol=1e-7)


@prompt_says(
    "Later steps change neither these arrays nor those in `weights`.",
)
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_are_copies(order):
    """NumPy and PyTorch can look at the same memory, and then a step changes both."""
    weights, given = arrays(WEIGHTS), arrays(WEIGHTS)
    given = [np.array(array, order=order) for array in given]
    step = TrainingStep(given)
    step(*batch(*BATCHES[0]))
    kept = step.get_weights()
    before = [w.copy() for w in kept]
    step(*batch(*BATCHES[1]))
    for name, *pair in zip(NAMES, kept, before, strict=True):
        assert np.array_equal(*pair), f"a step changed the `{name}` you had returned"
    for name, *pair in zip(NAMES, given, weights, strict=True):
        assert np.array_equal(*pair), f"a step changed the `{name}` you were given"
    now = [w.copy() for w in step.get_weights()]
    for array in step.get_weights():
        array.fill(7)
    agree(step.get_weights(), now, NAMES, "after the caller wrote to the arrays")


@prompt_says(
    "It takes one step and returns the loss that `train_step` returns, as a Python "
    "float.",
    "it is the mean of `-log(p[y])`",
    "`L2(0.01)` adds 0.01 times the sum of the kernel's squares to the loss.",
)
def test_the_loss_is_the_mean_surprise_and_the_penalty():
    """Which functions of PyTorch want logits, and what is in the loss besides?"""
    weights = biases_alone()
    weights[6][:] = np.log([0.5, 0.3, 0.2])
    found = TrainingStep(weights)(*batch([[1.0, 2.0]] * 4, [0, 0, 1, 2]))
    penalty = 0.01 * float((weights[0] ** 2).sum())
    wanted = -math.log(0.5 * 0.5 * 0.3 * 0.2) / 4 + penalty
    assert isinstance(found, float), f"the loss is a {type(found).__name__}"
    said = f"{found:.5f}, not {wanted - penalty:.5f} and a penalty of {penalty:.5f}"
    assert abs(found - wanted) < 1e-5, said


@prompt_says(
    "Batch normalisation divides by `sqrt(variance + epsilon)`.",
    "The variance of a batch of n divides by n",
)
@pytest.mark.parametrize("spread", [1.0, 0.03])
def test_normalises_by_the_batch(spread):
    """Where a batch varies little, epsilon decides: whose is it, and where is it?"""
    weights = random_weights(1, 1, 2)
    kernel, gamma, beta, _, _, head, bias = (w.astype(np.float64) for w in weights)
    h = spread * np.array([[-1.0], [2.0], [5.0]]) * kernel
    normal = (h - h.mean()) / np.sqrt(((h - h.mean()) ** 2).mean() + 1e-3)
    logits = np.maximum(normal * gamma + beta, 0) @ head + bias
    logs = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    wanted = -(logs[0, 0] + logs[1, 1] + logs[2, 0]) / 3 + 0.01 * kernel.item() ** 2
    x = spread * torch.tensor([[-1.0], [2.0], [5.0]])
    found = TrainingStep(weights)(x, torch.tensor([0, 1, 0]))
    said = f"inputs {spread} apart gave a loss of {found:.5f}, not {wanted:.5f}"
    assert abs(found - wanted) < 1e-5, said


@prompt_says(
    "The variance of a batch of n divides by n, not by n - 1, and a training step sets "
    "each moving statistic to `momentum * moving + (1 - momentum) * batch`.",
)
@pytest.mark.parametrize("size", [2, 5])
def test_the_moving_statistics_move_as_in_keras(size):
    """By how much does one batch move them, and what is moved in: which variance?"""
    weights, x = random_weights(3, 4, 2), torch.randn(size, 3)
    step = TrainingStep([w.copy() for w in weights])
    step(x, torch.arange(size) % 2)
    h = x.numpy() @ weights[0]
    wanted = list(weights)
    wanted[3] = 0.99 * weights[3] + 0.01 * h.mean(0)
    wanted[4] = 0.99 * weights[4] + 0.01 * ((h - h.mean(0)) ** 2).mean(0)
    when = f"after one batch of {size}"
    agree(step.get_weights(), wanted, ("moving_mean", "moving_variance"), when)


@prompt_says(
    "Adam's step t is `w -= lr * sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / "
    "(sqrt(v) + epsilon)`",
    "The optimizer has taken no step yet.",
)
def test_adam_adds_epsilon_where_keras_adds_it():
    """Compare the two formulas at t = 1: is it the same number that epsilon joins?"""
    step, m, v = TrainingStep(biases_alone(2)), 0.0, 0.0
    b, other = map(float, step.get_weights()[6])
    for t in range(1, 11):
        step(*batch([[1.0, 2.0]] * 4, [0, 0, 0, 1]))
        gradient = 1 / (1 + math.exp(other - b)) - 3 / 4
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        rate = 0.01 * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        change = rate * m / (math.sqrt(v) + 1e-3)
        b, other = b - change, other + change  # what one class gains the other loses
        found, wanted = step.get_weights()[6], [b, other]
        said = f"step {t} led to the biases {found.tolist()}, not {wanted}"
        assert np.abs(found - wanted).max() < 1e-5, said


@prompt_says(
    "`L2(0.01)` adds 0.01 times the sum of the kernel's squares to the loss.",
    "Adam's step t is",
)
def test_the_penalty_pulls_at_the_kernel_alone():
    """Differentiate the penalty: what does each number of each array get from it?"""
    weights = biases_alone(2)
    weights[1][:], weights[2][:], weights[5][:] = 1, -9, 0.5  # no feature is active
    step = TrainingStep([w.copy() for w in weights])
    step(*batch([[1.0, 2.0], [3.0, -1.0]], [0, 1]))
    gradient = 2 * 0.01 * weights[0]
    rate = 0.01 * math.sqrt(0.001) / 0.1
    wanted = list(weights)
    m, root_v = 0.1 * gradient, math.sqrt(0.001) * np.abs(gradient)
    wanted[0] = weights[0] - rate * m / (root_v + 1e-3)
    which = "kernel", "gamma", "beta", "head"
    agree(step.get_weights(), wanted, which, "after a step on the penalty alone")


@prompt_says(
    "`step.predict(x)` returns what `model(x, training=False)` does: a float32 tensor "
    "of probabilities that holds no graph.",
    "Loss, probabilities and all seven arrays agree with Keras to 1e-5",
)
def test_predicts_by_the_moving_statistics():
    """What an example gets does not depend on the others beside it."""
    step = TrainingStep(arrays(AFTER))
    x, wanted = torch.tensor(FOUR[:3]), torch.tensor(PROBABILITIES)
    found = step.predict(x)
    assert not found.requires_grad, "the probabilities hold a graph"
    assert_close(found, wanted, rtol=0, atol=1e-5)
    assert_close(step.predict(x[1:2]), wanted[1:2], rtol=0, atol=1e-5)


@prompt_says("It changes nothing, and training goes on after it.")
def test_training_goes_on_after_a_prediction():
    """A look at the model in between leaves no trace in it."""
    step, undisturbed = TrainingStep(arrays(WEIGHTS)), TrainingStep(arrays(WEIGHTS))
    for i in range(3):
        before = step.get_weights()
        step.predict(torch.tensor(BATCHES[i][0]))
        agree(step.get_weights(), before, NAMES, "after a prediction", atol=1e-8)
        loss, wanted = step(*batch(*BATCHES[i])), undisturbed(*batch(*BATCHES[i]))
        said = f"loss {i + 1} is {loss:.6f}, and {wanted:.6f} without predictions"
        assert abs(loss - wanted) < 1e-6, said
