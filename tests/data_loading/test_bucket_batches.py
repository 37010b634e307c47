import random
from itertools import pairwise

import numpy
import pytest
import torch
from torch.utils.data import DataLoader, Sampler

from backprep.testing import prompt_says
from solutions.data_loading.bucket_batches import BucketBatches


def spread(count=515, seed=0):
    """Lengths from 1 to 64, evenly spread and in random order."""
    draws = random.Random(seed)
    lengths = [1 + i % 64 for i in range(count)]
    draws.shuffle(lengths)
    return lengths


def sets(batches):
    return [frozenset(batch) for batch in batches]


def padding(batches, lengths):
    """The share of all positions that are padding."""
    positions = sum(max(lengths[i] for i in b) * len(b) for b in batches)
    return 1 - sum(lengths[i] for b in batches for i in b) / positions


@pytest.mark.parametrize("count", [515, 8, 5, 1])
@prompt_says("An epoch has every index exactly once, as a Python int.")
def test_every_index_comes_once_an_epoch(count):
    """Whatever was sorted and cut, the last few belong to some batch, too."""
    sampler = BucketBatches(spread(count), 8)
    assert isinstance(sampler, Sampler), f"a {type(sampler).__name__} is not a Sampler"
    for _ in range(2):
        indices = [i for batch in sampler for i in batch]
        missing = count - len(set(indices))
        again = len(indices) - len(set(indices))
        assert (missing, again) == (0, 0), (
            f"of {count}, {missing} missing, {again} twice"
        )
        kinds = {type(i).__name__ for i in indices}
        assert kinds == {"int"}, f"the indices are of the type {', '.join(kinds)}"


@pytest.mark.parametrize("count", [515, 512, 300, 513])
@prompt_says(
    "All batches have `batch_size` indices, except that one may have fewer. `len` is "
    "the number of batches."
)
def test_one_batch_alone_may_be_small(count):
    """If each bucket leaves a rest, there are many small batches. Who counts on
    `len`?"""
    sampler = BucketBatches(spread(count), 8)
    sizes = [len(batch) for batch in sampler]
    small = [size for size in sizes if size != 8]
    rest = [count % 8] if count % 8 else []
    assert small == rest, f"{count} items in batches of 8: {len(small)} are not of 8"
    number = len(sampler)
    assert number == len(sizes), f"len is {number}, and there were {len(sizes)} batches"


@pytest.mark.parametrize("count", [512, 1_000])
@prompt_says(
    "For 500 lengths or more that are spread evenly from 1 to 64, and batches of 8, "
    "at most 10 % of all positions of an epoch are padding."
)
def test_little_of_an_epoch_is_padding(count):
    """From how many candidates are the eight of a batch chosen?"""
    lengths = spread(count)
    sampler = BucketBatches(lengths, 8)
    for _ in range(3):
        share = padding(list(sampler), lengths)
        assert share <= 0.1, f"{share:.0%} of all positions are padding"


@pytest.mark.parametrize("kind", ["spread", "equal"])
@prompt_says(
    "Each epoch has batches of its own: at most a tenth of them, as sets, have been "
    "in the epoch before. That also holds where all lengths are equal."
)
def test_each_epoch_has_batches_of_its_own(kind):
    """Shuffling whole batches moves them about; their members meet again each time."""
    lengths = spread(512) if kind == "spread" else [7] * 512
    sampler = BucketBatches(lengths, 8)
    epochs = [sets(sampler) for _ in range(3)]
    for before, after in pairwise(epochs):
        again = len(set(before) & set(after))
        assert again <= 6, f"{kind} lengths: {again} of 64 batches came again"


def correlation(one, other):
    return torch.corrcoef(torch.tensor([one, other]))[0, 1].item()


@prompt_says(
    "The order of the batches says nothing about their lengths: they do not come from "
    "short to long, nor do batches that follow one another tend to be of like "
    "lengths."
)
def test_the_order_of_batches_says_nothing_about_lengths():
    """After cutting, in which order do the batches stand? And within each pool?"""
    lengths = spread(2_048)
    sampler = BucketBatches(lengths, 8)
    for _ in range(2):
        means = [sum(lengths[i] for i in batch) / len(batch) for batch in sampler]
        place = correlation(means, list(map(float, range(len(means)))))
        assert abs(place) < 0.4, (
            f"length and place in the epoch correlate by {place:.2f}"
        )
        next_one = correlation(means[:-1], means[1:])
        assert abs(next_one) < 0.4, f"a batch and the next correlate by {next_one:.2f}"


@prompt_says(
    "The seed and the number of epochs that were begun before decide the batches and "
    "their order, and nothing else does",
    "Another seed gives other batches.",
)
def test_the_seed_decides_the_batches():
    """Two runs have to agree, whatever else draws random numbers in one of them."""
    lengths = spread()
    one, same = (BucketBatches(lengths, 8, seed=4) for _ in range(2))
    expected = [list(one) for _ in range(2)]
    random.random(), numpy.random.rand(), torch.rand(1)
    assert [list(same) for _ in range(2)] == expected, "one seed gave two epochs"
    default, zero = BucketBatches(lengths, 8), BucketBatches(lengths, 8, seed=0)
    assert list(default) == list(zero), "the seed is not 0 by default"
    again = len(set(sets(BucketBatches(lengths, 8, seed=5))) & set(sets(expected[0])))
    assert again <= 6, f"{again} of 65 batches are the same with another seed"


@prompt_says("neither whether those epochs were read to the end")
def test_an_epoch_that_was_cut_short_moves_nothing():
    """When are the random numbers of an epoch drawn, and from where does it start?"""
    whole, cut = (BucketBatches(spread(), 8) for _ in range(2))
    expected = [list(whole) for _ in range(3)]
    firsts = [batches[0] for batches in expected]
    for epoch in range(2):
        first = next(iter(cut))
        known = firsts.index(first) if first in firsts else None
        of = "no epoch's" if known is None else f"that of epoch {known}"
        assert first == firsts[epoch], f"epoch {epoch} began with a batch that was {of}"
    assert list(cut) == expected[2], (
        "after two epochs that were cut short, the third differs"
    )


@prompt_says(
    "The global random generators are neither seeded nor moved, and `lengths` is left "
    "as it was."
)
def test_nothing_else_changes():
    """Your sampler may keep a generator of its own. What else does it write to?"""
    lengths = spread()
    given = list(lengths)
    torch.rand(1), numpy.random.rand(), random.random()
    before = torch.get_rng_state(), str(numpy.random.get_state()), random.getstate()
    list(BucketBatches(lengths, 8))
    assert lengths == given, "your sampler changed the list of lengths"
    now = torch.get_rng_state(), str(numpy.random.get_state()), random.getstate()
    kept = torch.equal(now[0], before[0]), now[1] == before[1], now[2] == before[2]
    names = ["PyTorch", "NumPy", "Python"]
    moved = [name for name, same in zip(names, kept, strict=True) if not same]
    assert moved == [], f"your sampler drew from the generator of {', '.join(moved)}"


@prompt_says(
    "An empty list gives no batches, and a `batch_size` below 1 raises `ValueError`.",
    "to be used as a loader's `batch_sampler`",
)
def test_serves_a_loader_of_any_size():
    """Nothing at all is a size as well; a batch of nothing is a mistake."""
    nothing = BucketBatches([], 8)
    found = list(nothing), len(nothing)
    assert found == ([], 0), f"without lengths there were {found[0]}, len {found[1]}"
    alone = sorted(BucketBatches([3, 1, 2], 1))
    assert alone == [[0], [1], [2]], f"three batches of one came as {alone}"
    loader = DataLoader(range(20), batch_sampler=BucketBatches(spread(20), 3))
    items = sorted(i for batch in loader for i in batch.tolist())
    assert items == list(range(20)), f"a loader gave the items {items}"
    for size in (0, -1):
        try:
            BucketBatches([1, 2, 3], size)
        except ValueError:
            continue
        pytest.fail(f"batch_size={size} raised no error")
