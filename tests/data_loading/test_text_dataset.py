import gc
import multiprocessing
import pickle
import random
from itertools import chain, combinations, islice
from operator import ne

import numpy
import pytest
import torch
from torch.testing import assert_close
from torch.utils.data import Dataset, get_worker_info

from backprep.testing import prompt_says
from solutions.data_loading.text_dataset import TextDataset, make_loader


def texts():
    return [[5, 6, 7], [8, 0], [0, 70000, 4, 2, 1], [3]]


LABELS = [1, 0, 2, 1]


class Numbered(Dataset):
    """Texts of different lengths; the label of each is its index."""

    def __init__(self, size):
        self.size = size

    def __len__(self):
        return self.size

    def __getitem__(self, i):
        if not -self.size <= i < self.size:
            raise IndexError(i)
        return torch.arange(1 + i * 7 % 5), torch.tensor(i)


class LoadedBy(Numbered):
    """The label is the worker that loads the item."""

    def __getitem__(self, i):
        worker = get_worker_info()
        text, _ = super().__getitem__(i)
        return text, torch.tensor(-1 if worker is None else worker.id)


def order(loader):
    return [label for _, labels in loader for label in labels.tolist()]


@prompt_says(
    "`len(dataset)` is the number of texts. `dataset[i]` is a tuple: the ids of "
    "text `i`, unpadded, as an int64 tensor of shape `(length,)`, and its label as "
    "an int64 tensor of shape `()`. An empty text gives an empty int64 tensor.",
    "What the dataset was given is never changed.",
)
def test_an_item_is_the_ids_of_one_text_and_its_label():
    """Give one text as it is, in integers: padding is a matter of the batch."""
    given = texts()
    for read in (given, tuple(map(tuple, given))):
        item = TextDataset(read, LABELS)[1]
        assert type(item) is tuple, "an item must be a tuple"
        assert all(map(torch.is_tensor, item)), "both parts must be tensors"
        assert_close(item[0], torch.tensor([8, 0]))
        assert_close(item[1], torch.tensor(0))
    empty, _ = TextDataset([[]], [1])[0]
    kind = f"{empty.dtype} of shape {tuple(empty.shape)}"
    assert kind == "torch.int64 of shape (0,)", f"an empty text gave {kind}"
    size = len(TextDataset(given, LABELS))
    assert size == 4, f"a dataset of four texts has the length {size}"
    assert given == texts(), "your dataset changed the texts that it was given"


def last_item(dataset):
    try:
        return dataset[-1]
    except Exception as error:
        name = type(error).__name__
        pytest.fail(f"dataset[-1] raised {name}; a list gives its last item")


@prompt_says(
    "Negative and out-of-range indices behave as they do with a list, so a `for` "
    "loop over the dataset ends.",
)
def test_indices_behave_as_a_lists_do():
    """An index that a list refuses must raise what a list raises."""
    dataset = TextDataset(texts(), LABELS)
    assert_close(last_item(dataset)[0], torch.tensor([3]))
    assert_close(dataset[-4][1], torch.tensor(1))
    for outside in (4, -5):
        with pytest.raises(IndexError):
            dataset[outside]
    passes = len(list(islice(iter(dataset), 9)))
    assert passes == 4, "a for loop over four texts must end after four"


@prompt_says(
    "`texts` and `labels` of different lengths raise `ValueError`, and so does an "
    "empty `texts`.",
)
def test_refuses_texts_without_a_label_and_labels_without_a_text():
    """Compare the two lengths at once, and do not accept nothing."""
    TextDataset([[1]] * 300, [0] * 300)
    for some_texts, some_labels in ([[[1]], [0, 1]], [[[1], [2]], [0]], [[], []]):
        with pytest.raises(ValueError):
            TextDataset(some_texts, some_labels)


@prompt_says(
    "A batch is an int64 tensor `(batch, longest)` and an int64 tensor `(batch,)`.",
    "Texts are padded at the end with 0, up to the longest one of their own batch.",
    "What the dataset was given is never changed.",
)
def test_pads_each_batch_to_its_own_longest_text():
    """Pad where the batch is known, with 0 behind the ids, and batch first."""
    given = texts()[::-1]
    loader = make_loader(TextDataset(given, LABELS[::-1]), 2, shuffle=False)
    (x1, y1), (x2, y2) = loader
    assert_close(x1, torch.tensor([[3, 0, 0, 0, 0], [0, 70000, 4, 2, 1]]))
    assert_close(y1, torch.tensor([1, 2]))
    assert_close(x2, torch.tensor([[8, 0, 0], [5, 6, 7]]))
    assert_close(y2, torch.tensor([0, 1]))
    assert given == texts()[::-1], "your loader changed the texts that it read"


@prompt_says(
    "Every item comes once per epoch, even when the last batch is a small one or an "
    "earlier epoch was cut short.",
)
@pytest.mark.parametrize("shuffle", [True, False])
def test_every_item_comes_once_an_epoch(shuffle):
    """Small last batches count too, and no epoch depends on the one before."""
    loader = make_loader(Numbered(10), 6, shuffle=shuffle)
    assert loader.num_workers == 0, "workers were started that no one asked for"
    next(iter(loader))
    for _ in range(2):
        batches = [labels.tolist() for _, labels in loader]
        items = sorted(chain(*batches))
        assert items == list(range(10)), f"of the items 0 to 9 came {items}"
        sizes = [len(batch) for batch in batches]
        assert sizes == [6, 4], f"10 items in batches of 6 came as {sizes}"


@prompt_says(
    "With `shuffle=True` each epoch has a new random order, also after one that was "
    "cut short.",
    "With `shuffle=False` items come in order.",
)
def test_each_epoch_has_a_new_order_only_when_shuffling():
    """Draw on from the same generator; starting it again repeats the epoch."""
    shuffled = make_loader(Numbered(20), 4)
    epochs = [[set(y.tolist()) for _, y in shuffled] for _ in range(3)]
    for one, other in combinations(epochs, 2):
        alike = [batch for batch in one if batch in other]
        assert len(alike) < 3, f"the batches {alike} came in two epochs"
    begun = [y.tolist() for _, y in islice(shuffled, 3)]
    next_one = [y.tolist() for _, y in islice(shuffled, 3)]
    assert begun != next_one, "the epoch after one that was cut short repeats it"
    in_order = make_loader(Numbered(20), 4, shuffle=False)
    for came in (order(in_order), order(in_order)):
        assert came == list(range(20)), f"without shuffling the items came as {came}"


@prompt_says(
    "Two loaders made with the same `seed` give the same orders, epoch by epoch, "
    "whatever else draws random numbers, as long as no epoch is cut short; another "
    "seed gives other orders. The global random generators are not seeded.",
)
def test_the_seed_alone_decides_the_orders():
    """The order belongs to the loader; what others draw must not move it."""
    apart = map(ne, draws_after_an_epoch(1), draws_after_an_epoch(2))
    assert all(apart), "your loader seeds a global random generator"
    dataset = Numbered(20)
    one, same = (make_loader(dataset, 3, seed=0) for _ in range(2))
    expected = [order(one) for _ in range(3)]
    seed_everything(5)
    assert [order(same) for _ in range(3)] == expected, "one seed gave two orders"
    assert order(make_loader(dataset, 3)) == expected[0], "the default seed is not 0"
    other = order(make_loader(dataset, 3, seed=1))
    assert other != expected[0], "seed=1 gave the order of seed=0"


def seed_everything(seed):
    random.seed(seed)
    numpy.random.seed(seed)
    torch.default_generator.manual_seed(seed)


def draws_after_an_epoch(seed):
    seed_everything(seed)
    order(make_loader(Numbered(4), 2))
    return torch.rand(1).item(), random.random(), numpy.random.rand()


@prompt_says(
    "`pin_memory` is on where CUDA is available, and off where there is no "
    "accelerator.",
)
@pytest.mark.parametrize("available", [True, False])
def test_memory_is_pinned_where_cuda_is_available_only(monkeypatch, available):
    """Ask for the device; do not assume one, and do not forget it."""
    for library in (torch.cuda, torch.accelerator):
        monkeypatch.setattr(library, "is_available", lambda: available)
        monkeypatch.setattr(library, "device_count", lambda: int(available))
    pinned = bool(make_loader(Numbered(4), 2).pin_memory)
    assert pinned == available, f"CUDA available: {available}, pinned: {pinned}"


@prompt_says(
    "`num_workers` processes load the data, whether they are started by `fork`, "
    "`forkserver` or `spawn`.",
)
def test_what_a_worker_is_sent_can_be_pickled():
    """Workers that are not forked are sent these parts: each must have a name."""
    dataset = TextDataset(texts(), LABELS)
    loader = make_loader(dataset, 2, num_workers=1)
    parts = (loader.dataset, loader.collate_fn, loader.worker_init_fn)
    copies = pickle.loads(pickle.dumps(parts))
    assert_close(copies[0][0], dataset[0])


@prompt_says(
    "`num_workers` processes load the data",
    "No worker outlives the loader.",
)
def test_workers_load_the_data_and_end_with_the_loader():
    """Hand the number of workers on, and keep no loader longer than the caller does."""
    before = set(multiprocessing.active_children())
    loader = make_loader(LoadedBy(4), 1, num_workers=2)
    assert loader.num_workers == 2, "your loader ignores num_workers"
    loader.multiprocessing_context = "fork"
    assert set(order(loader)) == {0, 1}, "two workers must load the items"
    del loader
    gc.collect()
    left = set(multiprocessing.active_children()) - before
    assert not left, f"{len(left)} workers are alive after the loader is gone"
