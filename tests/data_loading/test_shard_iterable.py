import pickle
from contextlib import contextmanager
from itertools import count, islice, repeat
from operator import is_

import pytest
from torch.utils.data import DataLoader
from torch.utils.data._utils import worker

from backprep.testing import prompt_says
from solutions.data_loading.shard_iterable import ShardedStream

ODD_ITEMS = [7, 7, None, 0, "", [1], {"a": 2}, 7, False, [1]]


def odd_items():
    return iter(ODD_ITEMS)


def ten():
    yield from range(10)


def endless(reader):
    """Fails where a worker reads far more than the 15 items that it needs."""
    for n in count():
        assert n < 60, f"to give 5 items, {reader} read over 60 of an endless source"
        yield n


@contextmanager
def as_worker(number, of, stream):
    """Do in this process what worker `number` of `of` does in its own."""
    info = worker.WorkerInfo(id=number, num_workers=of, seed=0, dataset=stream)
    worker._worker_info = info
    try:
        yield
    finally:
        worker._worker_info = None


def share(source, number, of, most=None):
    """What worker `number` of `of` yields, at most `most` items of it."""
    stream = ShardedStream(source)
    with as_worker(number, of, stream):
        return list(islice(iter(stream), most))


def made_inside():
    """The size of the first worker's share where it makes its dataset, too."""
    with as_worker(0, 4, None):
        return len(list(ShardedStream(lambda: repeat(7, 1000))))


@prompt_says(
    "Without workers it yields every item of `source()` once, in order.",
    "Items are passed on as they are, not copied.",
)
def test_without_workers_every_item_comes_once_and_in_order():
    """No worker means that you have all the work; and leave the items as they are."""
    items = list(iter(ShardedStream(odd_items)))
    assert items == ODD_ITEMS, f"the source has {ODD_ITEMS}, your dataset gave {items}"
    assert all(map(is_, items, ODD_ITEMS)), "your dataset gave copies of the items"
    loader = DataLoader(ShardedStream(ten), batch_size=4)
    assert [n for batch in loader for n in batch.tolist()] == list(range(10))


@prompt_says(
    "With any number of workers, every item still comes exactly once, counted over "
    "all workers, even when there are fewer items than workers, or when the items "
    "cannot be divided evenly among them.",
)
@pytest.mark.parametrize("workers", [1, 2, 3, 5])
@pytest.mark.parametrize("size", [0, 1, 4, 7, 12])
def test_the_workers_together_give_every_item_once(workers, size):
    """Every worker runs the same code: let it take its own items and no others."""
    shares = [share(lambda: iter(range(size)), n, workers) for n in range(workers)]
    together = sorted((item for items in shares for item in items), key=repr)
    same = together == sorted(range(size), key=repr)
    assert same, f"{workers} workers shared {list(range(size))} as {shares}"


@prompt_says(
    "They may be equal to each other, unhashable, falsy, or `None`",
    "every item still comes exactly once, counted over all workers",
)
def test_no_item_is_taken_for_another():
    """Choose by position: items may be equal, and may not even be hashable."""
    together = share(odd_items, 0, 2) + share(odd_items, 1, 2)
    same = sorted(map(repr, together)) == sorted(map(repr, ODD_ITEMS))
    assert same, f"the source has {ODD_ITEMS}, two workers gave {together}"


@prompt_says("Each worker gets a share of a long stream.")
def test_each_worker_has_a_share():
    """Workers that have nothing to do are started for nothing."""
    sizes = [len(share(lambda: repeat(7, 1000), n, 4)) for n in range(4)]
    gave = f"of 1000 equal items the four workers gave {sizes}"
    assert all(sizes), gave
    assert sum(sizes) == 1000, f"{gave}; made in the worker, one gave {made_inside()}"


@prompt_says(
    "Iterating over the dataset, directly or through a `DataLoader`, works like this",
    "every item still comes exactly once, counted over all workers",
)
def test_two_real_workers_give_every_item_once():
    """The constructor runs before there are workers; the iteration runs in them."""
    stream = ShardedStream(ten)
    assert list(stream) == list(range(10)), "without workers, items are missing"
    loader = DataLoader(stream, 4, num_workers=2, multiprocessing_context="fork")
    items = [n for batch in loader for n in batch.tolist()]
    assert sorted(items) == list(range(10)), f"two workers gave {items}"


@prompt_says(
    "`source()` may never end.",
    "to give its first 5 items, the dataset reads at most 60, be it without workers "
    "or in each of three.",
)
def test_an_endless_source_is_not_read_ahead():
    """Take items as they are asked for: there may be no last one."""
    stream = ShardedStream(lambda: endless("the main process"))
    assert len(list(islice(iter(stream), 5))) == 5
    for number in range(3):
        items = share(lambda: endless("a worker"), number, 3, most=5)
        assert len(items) == 5, "a worker ran out of items"


@prompt_says("`len(dataset)` raises `TypeError`.")
def test_has_no_length():
    """What may never end has no length, and to count it is to read it twice."""
    stream = ShardedStream(ten)
    assert next(iter(stream)) == 0, "the first item is not the first of the source"
    try:
        length = len(stream)
    except TypeError:
        return
    pytest.fail(f"len(dataset) gave {length}")


@prompt_says("Every iteration starts from the beginning")
def test_every_iteration_starts_from_the_beginning():
    """An iterator ends once and for all: every epoch needs a new one."""
    loader = DataLoader(ShardedStream(ten), batch_size=None)
    next(iter(loader))
    for _ in range(2):
        items = list(loader)
        assert items == list(range(10)), f"after another iteration came {items}"


@prompt_says("two iterations at the same time do not disturb each other")
def test_two_iterations_at_once_do_not_disturb_each_other():
    """Where an iteration has got to is its own affair, not the dataset's."""
    loader = DataLoader(ShardedStream(ten), batch_size=None)
    pairs = list(zip(loader, loader, strict=True))
    assert pairs == [(n, n) for n in range(10)], f"two at once gave the pairs {pairs}"
    stream = ShardedStream(ten)
    with as_worker(0, 3, stream):
        alone, first = list(stream), iter(stream)
        both = list(islice(first, 1)), list(stream)
        both[0].extend(first)
    assert both == (alone, alone), f"a worker gave {alone}, then two at once {both}"


@prompt_says(
    "If `source` can be pickled, then so can the dataset, before it has been "
    "iterated and after.",
)
def test_can_be_sent_to_a_worker_before_and_after_it_was_read():
    """Where workers are not forked they get a pickle; iterators have none."""
    stream = ShardedStream(ten)
    for _ in range(2):
        copy = pickle.loads(pickle.dumps(stream))
        items = list(iter(copy))
        assert items == list(range(10)), f"the copy gave {items}"
        next(iter(stream))
