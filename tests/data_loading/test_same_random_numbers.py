import random
from itertools import product

import numpy
import pytest
import torch
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.data_loading.same_random_numbers import NoisyDataset


def silence(items=6, width=4, dtype=torch.float32):
    return torch.zeros(items, width, dtype=dtype)


def noise(seed, epoch, i):
    """What is added to one item, as a tuple of numbers."""
    dataset = NoisyDataset(silence(), 1.0, seed)
    dataset.set_epoch(epoch)
    return tuple(dataset[i].tolist())


def repeated(keys):
    """How many of the (seed, epoch, index) repeat an earlier one's noise, and one
    pair."""
    seen, pairs = {}, []
    for key in keys:
        earlier = seen.setdefault(noise(*key), key)
        if earlier != key:
            pairs.append((earlier, key))
    shown = [
        " = ".join(f"seed {s}, epoch {e}, item {i}" for s, e, i in p) for p in pairs
    ]
    return f"{len(pairs)} times noise came again: {shown[0]}" if pairs else ""


def batches(dataset, epoch, workers, size=2):
    dataset.set_epoch(epoch)
    loader = dataset.loader(size, workers)
    if workers:
        loader.multiprocessing_context = "fork"
    return torch.cat(list(loader))


@prompt_says(
    "the batches are the same, bit for bit, for every `num_workers`",
    "not by the worker, nor by what was read before",
)
def test_workers_give_what_the_main_process_gives():
    """Two workers begin with copies of one dataset. What in it do they both use up?"""
    expected = batches(NoisyDataset(silence(), seed=3), 1, workers=0)
    got = batches(NoisyDataset(silence(), seed=3), 1, workers=2)
    rows = [i for i in range(6) if not torch.equal(got[i], expected[i])]
    assert rows == [], f"with two workers the items {rows} are others than without"


@prompt_says(
    "The epoch is the one that was set before the iteration began, also where one "
    "loader is used for several epochs."
)
def test_a_loader_with_workers_sees_each_epoch():
    """The workers have a copy of the dataset. When is it made, and is it made again?"""
    dataset = NoisyDataset(silence(), seed=3)
    loader = dataset.loader(3, num_workers=1)
    loader.multiprocessing_context = "fork"
    for epoch in (4, 0):
        dataset.set_epoch(epoch)
        got, expected = torch.cat(list(loader)), batches(dataset, epoch, workers=0)
        rows = [i for i in range(6) if not torch.equal(got[i], expected[i])]
        assert rows == [], f"set to epoch {epoch}, a worker gave other items: {rows}"


@prompt_says("No noise comes twice. Another index, another epoch or another seed")
def test_each_item_and_each_epoch_have_noise_of_their_own():
    """Which of the three numbers does the noise depend on, and which does it forget?"""
    for keys in (
        [(0, 0, i) for i in range(6)],
        [(0, epoch, 2) for epoch in range(6)],
        [(seed, 0, 2) for seed in range(6)],
    ):
        same = repeated(keys)
        assert not same, same


@prompt_says(
    "so does changing several of them at once: epoch 1 of item 0 is not epoch 0 of "
    "item 1"
)
def test_no_noise_comes_again_elsewhere():
    """If three numbers become one seed, then no two triples may give the same one."""
    same = repeated(product((0, 1, 6), (0, 1, 6, 12), range(6)))
    assert not same, same


@prompt_says(
    "The noise of an item is decided by the seed, the epoch and the index, and by "
    "nothing else"
)
def test_noise_does_not_depend_on_what_happened_before():
    """Read an item again, in another order, or after others have drawn numbers."""
    first, second = (NoisyDataset(silence(), seed=1) for _ in range(2))
    for dataset in (first, second):
        dataset.set_epoch(1)
    in_order = [first[i].clone() for i in range(6)]
    torch.rand(3), random.random(), numpy.random.rand()
    again = [second[i].clone() for i in reversed(range(6))][::-1]
    rows = [i for i in range(6) if not torch.equal(in_order[i], again[i])]
    assert rows == [], f"read in another order, the items {rows} have other noise"
    first.set_epoch(3), first.set_epoch(1)
    back = [i for i in range(6) if not torch.equal(in_order[i], first[i])]
    assert back == [], f"back in an epoch, the items {back} have other noise"


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@prompt_says(
    "`NoisyDataset(data, std=0.1, seed=0)` is a `Dataset` that adds fresh noise",
    "`set_epoch(epoch)` is called before an epoch begins. The first one is 0.",
    "`dataset[i]`, for `i` from 0 to `len - 1`, is `data[i]` plus `std` times noise. "
    "The noise is normal with mean 0 and standard deviation 1, drawn for each element "
    "by itself, in the shape and dtype of the item.",
)
def test_adds_normal_noise_of_the_given_size(dtype):
    """Look at many numbers at once: their mean, their spread, and how many are
    small."""
    usual, whole = NoisyDataset(silence())[2], torch.tensor(noise(seed=0, epoch=0, i=2))
    apart = (usual - 0.1 * whole).abs().max().item()
    assert apart < 1e-5, f"not what std=0.1, seed=0 and epoch 0 give: {apart:.2g} apart"
    data = torch.arange(40, dtype=dtype).view(40, 1, 1).expand(40, 25, 10)
    dataset = NoisyDataset(data.clone(), std=2.0, seed=7)
    assert len(dataset) == 40, f"40 items, and len is {len(dataset)}"
    items = [dataset[i] for i in range(40)]
    kinds = {(item.dtype, tuple(item.shape)) for item in items}
    assert kinds == {(dtype, (25, 10))}, (
        f"items of {dtype} and (25, 10) came as {kinds}"
    )
    drawn = (torch.stack(items) - data) / 2
    mean, small = drawn.mean().item(), (drawn.abs() < 1).double().mean().item()
    spread = drawn.std(dim=(1, 2)).mean().item()
    assert abs(mean) < 0.05, f"the mean of the noise is {mean:.2f}"
    assert abs(spread - 1) < 0.05, f"the noise has a standard deviation of {spread:.2f}"
    assert abs(small - 0.683) < 0.03, f"{small:.0%} of the noise is below 1, not 68%"


@prompt_says("`data` is left as it was, and an item shares no memory with it.")
def test_the_data_stay_as_they_are():
    """`data[i]` is a view. What do you do to it, and what do you hand out?"""
    data = torch.ones(6, 4)
    dataset = NoisyDataset(data)
    for _ in range(2):
        items = [dataset[i] for i in range(6)]
    off = (data - 1).abs().max().item()
    assert off == 0, f"after two epochs the data are off by up to {off:.2f}"
    NoisyDataset(data, std=0.0)[0].fill_(9)
    assert data[0, 0] == 1, "an item without noise is the memory of the data"
    assert len(items) == 6


def generators():
    """The states of the global generators, each as something to compare."""
    return {
        "PyTorch": torch.get_rng_state().tolist(),
        "NumPy": str(numpy.random.get_state()),
        "Python": random.getstate(),
    }


@prompt_says(
    "Neither `dataset[i]` nor `loader` seeds or moves the global generators of "
    "PyTorch, NumPy and Python."
)
def test_leaves_the_global_generators_alone():
    """Dropout draws from them as well. What else in the process would begin again?"""
    dataset = NoisyDataset(silence())
    for name, action in {
        "reading an item": lambda: dataset[0],
        "making a loader": lambda: dataset.loader(2),
    }.items():
        torch.rand(1), numpy.random.rand(), random.random()
        before = generators()
        action()
        after = generators()
        changed = [library for library in before if after[library] != before[library]]
        assert changed == [], f"{name} changed the generator of {', '.join(changed)}"


@prompt_says(
    "`loader(batch_size, num_workers=0)` gives a `DataLoader` of all items in their "
    "order, stacked into batches, the last of which may be smaller"
)
def test_the_loader_keeps_the_order_of_the_items():
    """Nobody asked it to shuffle, or to leave something out."""
    data = torch.arange(5.0).view(5, 1)
    loader = NoisyDataset(data, std=1e-3).loader(2)
    assert isinstance(loader, torch.utils.data.DataLoader), (
        "`loader` made no DataLoader"
    )
    assert loader.num_workers == 0, f"unasked, it starts {loader.num_workers} workers"
    found = [batch.round().flatten().int().tolist() for batch in loader]
    assert found == [[0, 1], [2, 3], [4]], f"the items 0 to 4 came as {found}"
    assert_close(torch.cat(list(loader)), data, rtol=0, atol=0.1)
