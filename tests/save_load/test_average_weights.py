import pickle
from contextlib import contextmanager

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.save_load.average_weights import WeightAverage


def classifier(dtype=torch.float32):
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1)).to(dtype)


def set_weights(model, value):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(value)


def weights(model):
    """All of them, in a row."""
    return torch.cat(
        [parameter.detach().reshape(-1) for parameter in model.parameters()]
    )


def averaged(average, model):
    """The values that the model has inside the block, in a row."""
    with average.applied_to(model):
        return weights(model).clone()


def steps(model, average, values):
    for value in values:
        set_weights(model, value)
        average.update(model)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@prompt_says(
    "Every parameter is averaged, trained or frozen. The averages begin with the "
    "values that the parameters have in the constructor."
)
def test_begins_with_the_weights_of_the_start(dtype):
    """Training goes on in the same tensors: what must you hold on to?"""
    model = classifier(dtype)
    model[0].weight.requires_grad_(False)
    at_start = weights(model)
    average = WeightAverage(model)
    set_weights(model, 7.0)
    assert_close(averaged(average, model), at_start, rtol=0, atol=0)


def by_hand(values, decay):
    """One weight's average in plain Python, from a start of 1."""
    average = 1.0
    for n, value in enumerate(values):
        d = min(decay, (1 + n) / (10 + n))
        average = d * average + (1 - d) * value
    return average


@pytest.mark.parametrize("decay", [0.999, 0.15, 0.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@prompt_says(
    "Each average becomes `d * average + (1 - d) * weight`. It warms up: with `n` for "
    "the number of updates before this one, `d` is the smaller of `decay` and `(1 + "
    "n) / (10 + n)`."
)
def test_moves_as_by_hand(decay, dtype):
    """Work out two updates on paper. What is `d` in the first, and in the second?"""
    values = [3.0, -1.0, 0.3, 8.0, 2.0]
    for count in (1, 2, 5):
        model = classifier(dtype)
        set_weights(model, 1.0)
        average = WeightAverage(model, decay)
        steps(model, average, values[:count])
        got, expected = averaged(average, model), by_hand(values[:count], decay)
        assert got.dtype == dtype, f"the weights of a {dtype} model became {got.dtype}"
        times = f"update {count} with decay={decay}"
        digits = 1e-5 if dtype == torch.float32 else 1e-10
        close = torch.isclose(got, torch.full_like(got, expected), digits, digits)
        assert close.all(), f"{times} gave {got[0]:.7g}; by hand it is {expected:.7g}"


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@prompt_says(
    "Averages of 16-bit parameters are kept in float32, so that a small step is not "
    "rounded away."
)
def test_small_steps_of_half_precision_add_up(dtype):
    """A tenth of a small difference can be less than the number format resolves."""
    model = classifier().to(dtype)
    near = 1 + 4 * torch.finfo(dtype).eps
    set_weights(model, 1.0)
    average = WeightAverage(model, decay=0.9)
    steps(model, average, [1.0] * 100 + [near] * 80)
    got = averaged(average, model)
    assert got.dtype == dtype, f"the weights of a {dtype} model became {got.dtype}"
    assert got[0] == near, f"80 updates from 1 towards {near} came to {float(got[0])}"


class InTheBlock(Exception):
    pass


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
@prompt_says(
    "After it they are as they were, bit for bit, also when the block raises an error."
)
def test_the_trained_weights_come_back(dtype):
    """An evaluation may fail. Where must the way back stand, to be gone in any case?"""
    model = classifier(dtype)
    average = WeightAverage(model)
    set_weights(model, 1 / 3)
    before = weights(model)
    for error in (None, InTheBlock):
        try:
            with average.applied_to(model):
                assert weights(model)[0] != before[0], "the block sees no average"
                if error:
                    raise error
        except InTheBlock:
            pass
        else:
            assert error is None, "the error of the block did not reach the caller"
        when = "an error" if error else "the block"
        assert torch.equal(weights(model), before), f"other weights after {when}"


@prompt_says(
    "`applied_to` keeps the parameters the same objects. The block runs in the "
    "gradient mode of the caller."
)
def test_a_block_lends_values_alone():
    """The optimizer knows the parameters, and the caller decides about gradients."""
    model = classifier()
    average, parameters = WeightAverage(model), list(map(id, model.parameters()))
    model[2].weight.requires_grad_(False)
    for enabled in (True, False):
        with torch.set_grad_enabled(enabled), average.applied_to(model):
            inside = torch.is_grad_enabled()
            same = list(map(id, model.parameters())) == parameters
        assert inside == enabled, f"gradient mode {enabled} was {inside} in the block"
        assert same, "other parameters stood in the model inside the block"
    assert list(map(id, model.parameters())) == parameters, (
        "other parameters afterwards"
    )
    flags = [parameter.requires_grad for parameter in model.parameters()]
    assert flags == [True] * 4 + [False, True], f"requires_grad is now {flags}"


@prompt_says(
    "Whatever it writes into the weights is undone as well, and does not reach the "
    "average."
)
def test_writes_in_a_block_are_lost():
    """Does the model borrow the values, or the very memory of the average?"""
    model = classifier()
    at_start = weights(model)
    average = WeightAverage(model)
    set_weights(model, 2.0)
    with average.applied_to(model):
        set_weights(model, 9.0)
    now = weights(model)
    assert torch.equal(now, torch.full_like(now, 2.0)), (
        "what the block wrote has stayed"
    )
    assert_close(averaged(average, model), at_start, rtol=0, atol=0)


@prompt_says(
    "Buffers are not touched.",
    "`update` changes nothing about the model, and records no graph.",
)
def test_the_rest_of_the_model_is_not_touched():
    """Running statistics are not weights; and data for an average needs no gradient."""
    model = classifier()
    average = WeightAverage(model)
    model(torch.randn(8, 2)).sum().backward()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    grads = [parameter.grad.clone() for parameter in model.parameters()]
    average.update(model)
    changed = [
        n for n, t in model.state_dict().items() if not torch.equal(t, before[n])
    ]
    assert changed == [], f"`update` changed {changed}"
    with average.applied_to(model):
        inside = {name: buffer.clone() for name, buffer in model.named_buffers()}
    for place in (inside, dict(model.named_buffers())):
        other = [name for name in place if not torch.equal(place[name], before[name])]
        assert other == [], f"`applied_to` changed the buffers {other}"
    for parameter, grad in zip(model.parameters(), grads, strict=True):
        assert torch.equal(parameter.grad, grad), "a gradient changed"
    assert not any(t.requires_grad for t in tensors(average.state_dict())), (
        "the averages carry a graph"
    )


def tensors(state):
    """All tensors in a state, wherever they stand."""
    if isinstance(state, torch.Tensor):
        return [state]
    parts = state.values() if isinstance(state, dict) else state
    found = parts if isinstance(state, dict | list | tuple) else []
    return [tensor for part in found for tensor in tensors(part)]


def from_file(state, path):
    torch.save(state, path)
    try:
        return torch.load(path, weights_only=True)
    except pickle.UnpicklingError as error:
        reason = str(error).split("WeightsUnpickler error:")[-1].strip().split("\n")[0]
        pytest.fail(f"the state does not load with weights_only=True: {reason}")


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@prompt_says(
    "has loaded the state, goes on bit for bit as the first one would have",
    "A file of the state loads with `torch.load(path, weights_only=True)`",
)
def test_goes_on_from_a_file_bit_for_bit(dtype, tmp_path):
    """Ask what the next update reads, and save all of it as plain data."""
    model, other = classifier(dtype), classifier(dtype)
    first = WeightAverage(model)
    steps(model, first, [0.1, 0.7, 3.3])
    state = from_file(first.state_dict(), tmp_path / "average.pt")
    second = WeightAverage(other)
    second.load_state_dict(state)
    apart = (averaged(second, other) - averaged(first, model)).abs().max()
    assert apart == 0, f"right after loading the averages are {apart:.2g} apart"
    for value in (5.3, -2.1):
        steps(model, first, [value])
        steps(other, second, [value])
    apart = (averaged(second, other) - averaged(first, model)).abs().max()
    assert apart == 0, f"two updates after loading the averages are {apart:.2g} apart"


@prompt_says(
    "A state is a snapshot: neither later updates of the average that gave it nor "
    "those of one that loaded it change it."
)
def test_a_state_is_a_snapshot():
    """The best state so far is kept while training goes on. Who else writes to it?"""
    model = classifier()
    first, second = WeightAverage(model), WeightAverage(model)
    state = first.state_dict()
    before = [tensor.clone() for tensor in tensors(state)]
    steps(model, first, [4.0])
    kept = all(map(torch.equal, tensors(state), before))
    assert kept, "a later update changed the state that had been handed out"
    second.load_state_dict(state)
    steps(model, second, [4.0])
    kept = all(map(torch.equal, tensors(state), before))
    assert kept, "an update of the average that loaded the state changed the state"


@contextmanager
def refused(what):
    try:
        yield
    except ValueError:
        return
    pytest.fail(f"{what} was accepted without an error")


@prompt_says(
    "A `decay` that is not in `[0, 1)` raises `ValueError`. So does a state whose "
    "parameters have other names or shapes, and it leaves the average as it was."
)
def test_refuses_a_wrong_decay_and_a_wrong_state():
    """Look before you copy: at the number, and at the names and shapes of all
    tensors."""
    model = classifier()
    for decay in (1, -0.1, 1.5, float("nan")):
        with refused(f"decay={decay}"):
            WeightAverage(model, decay)
    average = WeightAverage(model)
    before = averaged(average, model)
    linear, norm = nn.Linear(2, 3), nn.BatchNorm1d(3)
    others = {
        "a part less": nn.Sequential(linear, norm),
        "a part more": nn.Sequential(linear, norm, nn.Linear(3, 1), nn.Linear(1, 1)),
        "another shape": nn.Sequential(linear, norm, nn.Linear(1, 1)),
    }
    for difference, other in others.items():
        with refused(f"a state with {difference}"):
            average.load_state_dict(WeightAverage(other).state_dict())
        same = torch.equal(averaged(average, model), before)
        assert same, f"a state with {difference} was refused, and changed the average"
