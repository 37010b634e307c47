from collections import Counter
from contextlib import contextmanager

import pytest
import torch
from torch.utils.data import DataLoader, Sampler

from backprep.testing import prompt_says
from solutions.data_loading.balanced_sampler import balanced_sampler, example_weights

RARE = [0, 0, 0, 1, 0, 2, 0, 2]
"""Five of class 0, one of class 1, two of class 2."""


def compare(weights, expected):
    assert isinstance(weights, torch.Tensor), (
        f"got a {type(weights).__name__}, no tensor"
    )
    assert weights.shape == (len(expected),), (
        f"{len(expected)} examples have weights of the shape {tuple(weights.shape)}"
    )
    off = (weights - torch.tensor(expected, dtype=torch.float64)).abs().max()
    shown = [round(weight, 4) for weight in weights.tolist()]
    wanted = [round(weight, 4) for weight in expected]
    assert off < 1e-6, f"the weights are {shown}; they should be {wanted}"


@pytest.mark.parametrize("kind", [list, torch.tensor], ids=["list", "tensor"])
@prompt_says(
    "Without `shares`, all classes that occur are drawn equally often.",
    "The examples of a class share its probability equally.",
)
def test_the_weights_of_each_class_add_up_to_the_same(kind):
    """Add the weights up class by class. How much is one of five to weigh?"""
    class_0, class_1, class_2 = 1 / 15, 1 / 3, 1 / 6
    expected = [{0: class_0, 1: class_1, 2: class_2}[label] for label in RARE]
    compare(example_weights(kind(RARE)), expected)
    compare(example_weights(kind([0])), [1.0])


@prompt_says(
    "The result is a float64 tensor of shape `(len(labels),)` that sums to 1.",
)
def test_the_weights_are_probabilities_in_double_precision():
    """A million small weights have to add up: in which dtype, and to what?"""
    weights = example_weights(torch.arange(30_000) % 7 // 6)
    assert weights.dtype == torch.float64, f"the weights are {weights.dtype}"
    total = weights.sum().item()
    assert abs(total - 1) < 1e-10, f"the weights sum to {total:.12g}"


@pytest.mark.parametrize("names", [(3, 5), (-1, 2), (0, 10**12)], ids=str)
@prompt_says(
    "Classes are named by any ints: they need not begin at 0 or be without gaps, and "
    "may be negative."
)
def test_any_integers_name_classes(names):
    """A label is a name. Is it also a position in the list of your counts?"""
    one, other = names
    compare(example_weights([other, one, other, other]), [1 / 6, 1 / 2, 1 / 6, 1 / 6])
    shares = {other: 3, one: 1}
    compare(example_weights([other, one, other, other], shares), [1 / 4] * 4)


@prompt_says(
    "`shares` is a dict from each class to a number, and a class is drawn in "
    "proportion to its number. They need not sum to 1. A share of 0 leaves the class "
    "out."
)
def test_classes_are_drawn_in_proportion_to_their_shares():
    """The share is the whole class's, and only its ratio to the others counts."""
    labels = [0, 1, 0, 0, 1, 2]
    compare(example_weights(labels, {0: 6, 2: 2, 1: 0}), [0.25, 0, 0.25, 0.25, 0, 0.25])
    thirds = {0: 0.25, 1: 0.125, 2: 0.125}
    compare(example_weights(labels, thirds), [1 / 6, 1 / 8, 1 / 6, 1 / 6, 1 / 8, 1 / 4])


@contextmanager
def refused(what):
    try:
        yield
    except ValueError:
        return
    pytest.fail(f"{what} raised no error")


@prompt_says(
    "`ValueError` is raised for empty `labels`, a negative share, shares that sum to "
    "0, and `shares` whose keys are not exactly the classes that occur."
)
def test_refuses_shares_that_cannot_be_met():
    """A class without examples cannot be drawn, and one without a share was
    forgotten."""
    for labels in ([], torch.tensor([], dtype=torch.int64)):
        with refused("no labels"):
            example_weights(labels)
    for shares, what in (
        ({0: 1, 1: -0.5, 2: 1}, "a negative share"),
        ({0: -1, 1: -1, 2: -1}, "shares that are all negative"),
        ({0: 0, 1: 0, 2: 0}, "shares of 0"),
        ({0: 1, 1: 1}, "a class without a share"),
        ({0: 1, 1: 1, 2: 1, 3: 1}, "a share without a class"),
        ({0: 1, 1: 1, 2: 1, 3: 0}, "a share of 0 without a class"),
    ):
        with refused(what):
            example_weights(RARE, shares)
        with refused(f"in the sampler, {what}"):
            balanced_sampler(RARE, shares)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("shares", [None, {0: 1, 1: 0, 2: 4}], ids=str)
@prompt_says("a `torch.utils.data.Sampler` of indices that are drawn with these")
def test_draws_each_example_as_often_as_it_weighs(shares):
    """Count what came. Do small classes come up as often as they should, and all
    alike?"""
    sampler = balanced_sampler(RARE, shares, num_samples=8_000, generator=seeded())
    assert isinstance(sampler, Sampler), f"a {type(sampler).__name__} is not a Sampler"
    counts = Counter(sampler)
    got = [counts[i] / 8_000 for i in range(8)]
    if shares is None:
        expected = [[1 / 15, 1 / 3, 1 / 6][label] for label in RARE]
    else:
        expected = [[1 / 25, 0, 4 / 10][label] for label in RARE]
    off = max(abs(a - b) for a, b in zip(got, expected, strict=True))
    shown = ", ".join(f"{share:.0%}" for share in got)
    wanted = ", ".join(f"{share:.0%}" for share in expected)
    assert off < 0.025, f"the examples came {shown} of the time, not {wanted}"


@prompt_says(
    "It draws with replacement, and yields Python ints. One epoch has `num_samples` of "
    "them, by default as many as there are labels, and `len` says how many."
)
def test_an_epoch_is_as_long_as_was_asked():
    """One example of a class may have to come a hundred times."""
    for given, expected in ((None, 8), (3, 3), (100, 100)):
        sampler = balanced_sampler(RARE, num_samples=given, generator=seeded())
        drawn = list(sampler)
        found = len(drawn), len(sampler)
        assert found == (expected,) * 2, (
            f"num_samples={given}: {found[0]}, len {found[1]}"
        )
        kinds = {type(index).__name__ for index in drawn}
        assert kinds == {"int"}, f"the indices are of the type {', '.join(kinds)}"
    most = max(
        Counter(list(balanced_sampler([0] * 99 + [1], generator=seeded()))).values()
    )
    assert most > 20, f"of 100 draws, the one rare example got {most}"


@prompt_says("Each epoch draws anew.")
def test_each_epoch_draws_anew():
    """A loader asks for a new iterator in each epoch. When do you draw?"""
    sampler = balanced_sampler(RARE, num_samples=40, generator=seeded())
    first, second = list(sampler), list(sampler)
    assert first != second, "two epochs drew the same indices in the same order"
    loader = DataLoader(range(8), batch_size=16, sampler=sampler)
    sizes = [len(batch) for batch in loader]
    assert sizes == [16, 16, 8], f"a loader made batches of {sizes} out of 40 draws"


@prompt_says(
    "With a `generator`, all random numbers come from it, so that equal generators "
    "give equal epochs; the global generator is then neither seeded nor moved."
)
def test_all_randomness_is_the_generators():
    """Who else draws random numbers in the same process must not matter."""
    samplers = [
        balanced_sampler(RARE, num_samples=40, generator=seeded(5)) for _ in "ab"
    ]
    torch.rand(3)
    before = torch.get_rng_state()
    expected = [list(samplers[0]) for _ in range(2)]
    untouched = torch.equal(torch.get_rng_state(), before)
    assert untouched, "the global generator is in another state than before"
    torch.rand(3)
    again = [list(samplers[1]) for _ in range(2)]
    assert again == expected, "two equal generators gave different epochs"
    generator = seeded(5)
    sampler = balanced_sampler(RARE, num_samples=40, generator=generator)
    one = list(sampler)
    generator.manual_seed(5)
    assert list(sampler) == one, "your sampler draws from a copy of the generator"
    other = list(balanced_sampler(RARE, num_samples=40, generator=seeded(6)))
    assert other != expected[0], "two generators of different seeds gave the same epoch"
