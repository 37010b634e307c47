import copy
import random
import weakref
from itertools import groupby

import numpy
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.testing import assert_close
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only

from backprep.testing import prompt_says
from solutions.training_loop.train_classifier import EpochResult, train_classifier


def classifier():
    """Double precision: AdamW makes much of the last digits of small gradients."""
    return nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3)).double()


def batches_of(*sizes, scale=1.0):
    return [
        (scale * torch.randn(size, 4).double(), torch.randint(3, (size,)))
        for size in sizes
    ]


def images_of(*sizes):
    return [(torch.randn(size, 2, 4), torch.randint(3, (size,))) for size in sizes]


def by_hand(model, epochs_of_batches, lr=1e-3, weight_decay=0.01, max_norm=1.0):
    """Train a copy line by line; yields it and the batches' losses, every epoch."""
    model = copy.deepcopy(model).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr, weight_decay=weight_decay)
    for batches in epochs_of_batches:
        losses = []
        for inputs, targets in batches:
            model.zero_grad()
            loss = cross_entropy(model(inputs), targets)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            losses.append(loss.item())
        yield model, losses


def states_of(model):
    """A list to which each call of `model` will add the state that it ran in."""
    seen = []

    def note(_, inputs, output):
        last = list(model.modules())[-1]
        graph = " with a graph" if output.requires_grad else " without a graph"
        seen.append("train mode" if last.training else "eval mode" + graph)

    model.register_forward_hook(note)
    return seen


class Mark:
    """Lives for as long as the graph that it is put on."""


def earlier_graphs(model):
    """A list to which each recorded call of `model` adds how many graphs are left."""
    counts, marks = [], weakref.WeakSet()

    def note(_, inputs, output):
        if output.requires_grad:
            counts.append(len(marks))
            mark = output.grad_fn.metadata["mark"] = Mark()
            marks.add(mark)

    model.register_forward_hook(note)
    return counts


class Fresh:
    """Can be iterated any number of times, has no length, and counts the times."""

    def __init__(self, batches):
        self.batches, self.times = batches, 0

    def __iter__(self):
        self.times += 1
        yield from self.batches


class Fading:
    """Validation that `model` gets all right in two epochs, and all wrong then."""

    def __init__(self, model, inputs):
        self.model, self.inputs, self.epoch = model, inputs, 0

    def __len__(self):
        return 1

    def __iter__(self):
        self.epoch += 1
        targets = self.model(self.inputs).argmax(1) + (self.epoch > 2)
        yield self.inputs, targets % 3


def zeros_here(tensor):
    return torch.zeros(tensor.shape, dtype=tensor.dtype)


class SecondDevice(TorchDispatchMode):
    """Lets the meta device, which has no values, stand for a GPU full of zeros.

    Operations run on zeros here, because the meta device's own need a slow import.
    """

    def __torch_dispatch__(self, op, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        tensors = [t for t in tree_leaves((args, kwargs)) if torch.is_tensor(t)]
        if not any(t.is_meta for t in tensors):
            return op(*args, **kwargs)
        with self:  # inference mode hands over operations made of others
            result = op.decompose(*args, **kwargs)
        if result is not NotImplemented:
            return result
        name = op.overloadpacket.__name__
        if name not in ("_to_copy", "copy_"):
            here = [t for t in tensors if t.ndim and not t.is_meta]
            assert not here, "one tensor is on the device and another is not"
        if op.is_view:
            return op(*args, **kwargs)
        if op._schema.is_mutable:
            return args[0] if op._schema.returns else None
        device = kwargs.get("device") or "meta"
        if "device" in kwargs:
            kwargs = {**kwargs, "device": "cpu"}
        args, kwargs = tree_map_only(torch.Tensor, zeros_here, (args, kwargs))
        return tree_map_only(torch.Tensor, lambda t: t.to(device), op(*args, **kwargs))


@prompt_says(
    "The result is a list with one `EpochResult` of two floats for each epoch.",
    "a `NamedTuple` `EpochResult(train_loss, val_accuracy)`",
)
def test_gives_two_floats_for_each_epoch():
    """Return what the signature promises: numbers, not tensors, one pair an epoch."""
    model = nn.Sequential(nn.EmbeddingBag(9, 4), nn.Linear(4, 3))
    texts = [[torch.randint(9, (4, 5)), torch.randint(3, (4,))]]
    results = train_classifier(model, texts, texts, epochs=2)
    assert type(results) is list, f"got {type(results).__name__}, not a list"
    assert EpochResult._fields == ("train_loss", "val_accuracy")
    assert len(results) == 2, f"{len(results)} results for 2 epochs"
    for result in results:
        assert isinstance(result, EpochResult), "a result is not an EpochResult"
        types = " and ".join(type(value).__name__ for value in result)
        assert types == "float and float", f"an EpochResult of {types}"


@prompt_says(
    "It trains with `torch.optim.AdamW` and cross-entropy on the model's logits. The "
    "optimizer gets `lr` and `weight_decay`, and is otherwise left at its defaults. "
    "The weights come out as they do from these steps by hand, up to rounding.",
    "Each batch is one step. Its gradients belong to that batch alone",
    "Gradients that the model arrives with count for nothing.",
)
@pytest.mark.parametrize("settings", [{}, {"lr": 0.02, "weight_decay": 0.5}], ids=str)
def test_takes_the_steps_of_adamw_on_cross_entropy(settings):
    """Each batch: gradients of its own, from logits; lr and decay to the optimizer."""
    model, batches = classifier(), batches_of(4, 2)
    model.unused = nn.Parameter(torch.ones(2).double())
    *_, (expected, _) = by_hand(model, [batches] * 3, **settings, max_norm=100.0)
    val = Fading(model, batches[0][0])
    model(batches[0][0]).sum().backward()  # what somebody else left in `.grad`
    model.unused.grad = torch.ones(2).double()
    train_classifier(model, batches, val, epochs=3, **settings, max_norm=100.0)
    assert_close(dict(model.named_parameters()), dict(expected.named_parameters()))


@prompt_says(
    "are scaled down before the step when their norm, taken over all parameters "
    "together, is above `max_norm`",
    "The weights come out as they do from these steps by hand, up to rounding.",
)
@pytest.mark.parametrize(
    "settings", [{}, {"max_norm": 0.3}, {"max_norm": 3.0}], ids=str
)
def test_clips_the_norm_of_all_gradients_before_each_step(settings):
    """All parameters' gradients are one vector; shorten it before it is used."""
    model = classifier()
    batches = batches_of(4, scale=30.0) + batches_of(4) + batches_of(4, 2, scale=3.0)
    *_, (expected, _) = by_hand(model, [batches] * 2, lr=0.02, **settings)
    train_classifier(model, batches, batches, epochs=2, lr=0.02, **settings)
    assert_close(dict(model.named_parameters()), dict(expected.named_parameters()))


@prompt_says(
    "`train_loss` is the mean over all training examples of the losses met while "
    "training.",
    "Both numbers are right to within 1e-5, absolute or relative, in epochs of up to a "
    "hundred batches.",
    "Batches may have different sizes",
)
def test_train_loss_is_the_mean_over_examples():
    """A short last batch must not count as much as a full one."""
    model, batches = classifier(), batches_of(5, 1)
    expected = [
        (5 * first + last) / 6
        for _, (first, last) in by_hand(model, [batches] * 2, 0.1, max_norm=1e3)
    ]
    settings = {"epochs": 2, "lr": 0.1, "max_norm": 1e3}
    results = train_classifier(model, batches, batches, **settings)
    # wide enough for sums in single precision
    found = [float(r.train_loss) for r in results]
    assert_close(found, expected, rtol=1e-5, atol=1e-5)


@prompt_says(
    "`val_accuracy` is the share, from 0 to 1, of all validation examples that the "
    "model gets right after the epoch.",
    "Both numbers are right to within 1e-5, absolute or relative, in epochs of up to a "
    "hundred batches.",
    "Batches may have different sizes",
)
def test_val_accuracy_is_the_share_of_examples_after_the_epoch():
    """Count right answers and examples over all batches; divide at the end."""
    model, train, val = classifier(), batches_of(8, 8), batches_of(5, 2, 9)
    inputs, targets = map(torch.cat, zip(*val, strict=True))
    expected = [
        (trained(inputs).argmax(1) == targets).sum().item() / 16
        for trained, _ in by_hand(model, [train] * 3, 0.1, max_norm=1e3)
    ]
    results = train_classifier(model, train, val, epochs=3, lr=0.1, max_norm=1e3)
    assert_close([float(r.val_accuracy) for r in results], expected, rtol=0, atol=1e-5)


@prompt_says(
    "It trains in train mode and validates in eval mode, whatever mode the model "
    "arrives in; while validating, no graph is recorded. The model ends in eval mode.",
    "No step's graph outlives the next step, whose loss takes its place.",
)
@pytest.mark.parametrize("mode", [True, False], ids=["from_train", "from_eval"])
def test_trains_in_train_mode_and_validates_in_eval_mode_without_a_graph(mode):
    """Modes stay until changed; eval mode still records; kept losses keep graphs."""
    inner = nn.Sequential(nn.Dropout(0.5), nn.Dropout(0.5))
    model = nn.Sequential(nn.Linear(4, 3), inner).double().train(mode)
    seen, kept, loader = states_of(model), earlier_graphs(model), batches_of(4, 2, 4)
    train_classifier(model, loader, loader, epochs=2)
    found = ", ".join(state for state, _ in groupby(seen))
    expected = ", ".join(["train mode", "eval mode without a graph"] * 2)
    assert found == expected, f"your model ran in: {found}"
    left = [name for name, part in model.named_modules() if part.training]
    assert left == [], "the model does not end in eval mode"
    most = f"up to {max(kept)} graphs of earlier steps were alive in a step"
    assert max(kept) <= 1, most


@prompt_says(
    "Nothing else changes: the batches stay as they are, and the function itself "
    "neither draws nor seeds random numbers.",
)
def test_leaves_batches_and_random_numbers_alone():
    """The data and the seed belong to the caller."""
    model, batches = classifier(), batches_of(4, 2)
    copies = copy.deepcopy(batches)
    random.seed(5)
    numpy.random.seed(5)
    states = random_states()
    train_classifier(model, batches, batches, epochs=1)
    assert_close(batches, copies)
    same = random_states() == states
    assert same, "your function seeded or used a global random generator"


def random_states():
    numbers = numpy.random.get_state()[1].tolist()
    return torch.get_rng_state().tolist(), random.getstate(), numbers


@prompt_says(
    "Each loader is iterated over exactly once per epoch. It need not have a length",
    "gives `(inputs, targets)` pairs of tensors: whatever the model takes, and class "
    "indices",
)
def test_iterates_a_loader_without_a_length_once_an_epoch():
    """All that a loader promises is `for inputs, targets in loader`, every epoch."""
    train, val = Fresh(images_of(4, 2)), Fresh(images_of(3))
    model = nn.Sequential(nn.Linear(4, 1), nn.Flatten(), nn.Linear(2, 3))
    results = train_classifier(model, train, val, epochs=5)
    assert len(results) == 5, f"{len(results)} results for 5 epochs"
    for name, loader in {"training": train, "validation": val}.items():
        times = f"the {name} loader was iterated {loader.times} time(s) in 5 epochs"
        assert loader.times == 5, times


@prompt_says("The model and every batch are moved to `device`")
def test_moves_the_model_and_every_batch_to_the_device():
    """Inputs, targets and model must meet on one device, in validation too."""
    model, train, val = classifier(), batches_of(2), batches_of(2)
    with SecondDevice():
        train_classifier(model, train, val, epochs=1, device=torch.device("meta"))
    left = [name for name, p in model.named_parameters() if not p.is_meta]
    assert left == [], f"not on the device: {', '.join(left)}"


@prompt_says(
    "`epochs` below 1 raises `ValueError` before the model is touched.",
    "A training or validation loader without batches raises `ValueError` too",
)
def test_refuses_to_train_on_nothing():
    """No epochs, or no batches: say so, and do not divide by zero."""
    model, full = classifier(), batches_of(2)
    before = copy.deepcopy(dict(model.state_dict()))
    for epochs, mode in ((0, True), (-1, False)):
        with pytest.raises(ValueError):
            train_classifier(model.train(mode), full, full, epochs=epochs)
        same = model.training is mode
        assert same, "the model was touched before `epochs` was refused"
    assert_close(dict(model.state_dict()), before)
    for train, val in (([], full), (full, []), (Fresh([]), full), (full, Fresh([]))):
        with pytest.raises(ValueError):
            train_classifier(model, train, val, epochs=1)
