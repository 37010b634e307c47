"""What the pages on data loading say about PyTorch, and what the seed says."""

import multiprocessing
import os
import pickle
import subprocess
import sys
import warnings
from itertools import islice

import numpy
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, scaled_dot_product_attention
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torch.testing import assert_close
from torch.utils.data import (
    DataLoader,
    Dataset,
    DistributedSampler,
    IterableDataset,
    WeightedRandomSampler,
    get_worker_info,
)


class Pairs(Dataset):
    """The seed's dataset: it keeps what it is given, and hands it out."""

    def __init__(self, texts, labels):
        self.texts = texts
        self.labels = labels

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        return self.texts[i], self.labels[i]


class Stream(IterableDataset):
    def __iter__(self):
        return iter(range(4))


class Dealt(IterableDataset):
    def __iter__(self):
        worker = get_worker_info()
        return iter(range(20)[worker.id :: worker.num_workers])


class Process(Dataset):
    """Each item is the process that loads it."""

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return os.getpid()


def test_the_pieces_of_a_batch_are_called_in_turn():
    """The sampler gives indices, the dataset items, `collate_fn` the batch."""
    loader = DataLoader("abcd", 2, sampler=[3, 1, 0], collate_fn="-".join)
    assert list(loader) == ["d-b", "a"]


def test_the_seeds_loader_is_made_from_any_texts_and_labels():
    """The seed's call works once there are texts and labels to name."""
    loader = DataLoader(
        Pairs(["a"] * 3, [0, 1, 0]),
        batch_size=32,
        shuffle=True,
        num_workers=0,
        pin_memory=False,
    )
    (texts, labels) = next(iter(loader))
    assert texts == ("a", "a", "a")
    assert sorted(labels.tolist()) == [0, 0, 1]


def test_lengths_that_differ_are_not_noticed():
    """The seed's dataset takes any lengths: labels are dropped, or missing later."""
    assert len(list(DataLoader(Pairs(["a"], [0, 1])))) == 1
    short = DataLoader(Pairs(["a", "b"], [0]))
    batches = iter(short)
    next(batches)
    with pytest.raises(IndexError):
        next(batches)


def test_texts_as_strings_come_as_a_tuple_that_has_no_device():
    """By default strings are put into a tuple, which the seed's loop cannot move."""
    x, _ = next(iter(DataLoader(Pairs(["yes", "no"], [1, 0]), 2)))
    assert x == ("yes", "no")
    assert not hasattr(x, "to")


def test_strings_alone_are_left_in_their_list():
    """Only strings inside tuples are regrouped into a tuple."""
    assert next(iter(DataLoader(["yes", "no"], 2))) == ["yes", "no"]


def test_lists_of_one_length_are_transposed():
    """By default two lists of three become three tensors of two."""
    x, _ = next(iter(DataLoader(Pairs([[1, 2, 3], [4, 5, 6]], [1, 0]), 2)))
    assert [column.tolist() for column in x] == [[1, 4], [2, 5], [3, 6]]


def test_lists_of_different_lengths_are_refused():
    """By default lists of unequal length cannot make a batch."""
    with pytest.raises(RuntimeError, match="equal size"):
        next(iter(DataLoader(Pairs([[1, 2, 3], [4]], [1, 0]), 2)))


def test_tensors_are_stacked_and_must_have_one_shape():
    """By default tensors are stacked, which needs equal shapes."""
    x, y = next(iter(DataLoader(Pairs(torch.arange(6).view(2, 3), [1, 0]), 2)))
    assert x.shape == (2, 3)
    assert y.tolist() == [1, 0]
    ragged = Pairs([torch.ones(2), torch.ones(3)], [1, 0])
    with pytest.raises(RuntimeError, match="equal size"):
        next(iter(DataLoader(ragged, 2)))


def test_the_last_batch_is_smaller_unless_it_is_dropped():
    """`batch_size=32` is a maximum: the last batch holds what is left."""
    assert [len(x) for x in DataLoader(range(70), 32)] == [32, 32, 6]
    assert [len(x) for x in DataLoader(range(70), 32, drop_last=True)] == [32, 32]


def test_an_index_error_ends_a_loop_over_a_dataset():
    """A class without `__iter__` is indexed from 0 until it raises IndexError."""
    assert list(Pairs(["a", "b"], [1, 0])) == [("a", 1), ("b", 0)]


def test_an_empty_list_makes_a_float_tensor():
    """`torch.tensor([])` is float32, and padding takes the first text's dtype."""
    empty = torch.tensor([])
    assert empty.dtype == torch.float32
    ids = torch.tensor([1])
    assert pad_sequence([empty, ids], batch_first=True).dtype == torch.float32
    assert pad_sequence([ids, empty], batch_first=True).dtype == torch.int64


def test_shuffling_gives_each_epoch_another_order():
    """`shuffle=True` draws a permutation for each epoch, every item once."""
    loader = DataLoader(range(50), shuffle=True, batch_size=None)
    first, second = list(loader), list(loader)
    assert first != second
    assert sorted(first) == sorted(second) == list(range(50))


def test_the_sampler_draws_from_the_loaders_generator():
    """With a generator of its own, a loader leaves the global one alone."""
    generator = torch.Generator().manual_seed(3)
    state = torch.get_rng_state()
    loader = DataLoader(range(9), None, shuffle=True, generator=generator)
    first = list(loader)
    assert torch.equal(torch.get_rng_state(), state)
    generator.manual_seed(3)
    assert list(loader) == first


def test_an_epoch_that_is_cut_short_changes_the_next_order():
    """The sampler draws once more when an epoch ends, from the loader's generator."""

    def second_epoch(take):
        generator = torch.Generator().manual_seed(3)
        loader = DataLoader(range(50), None, shuffle=True, generator=generator)
        list(islice(loader, take))
        return list(loader)

    assert second_epoch(None) == second_epoch(51)
    assert second_epoch(1) != second_epoch(None)


def test_a_distributed_sampler_repeats_its_order_until_told_the_epoch():
    """Each process gets a share of one order, and all shares have one size."""
    shares = [DistributedSampler(range(5), 2, rank, seed=3) for rank in range(2)]
    first = [list(share) for share in shares]
    assert [list(share) for share in shares] == first
    assert set(first[0] + first[1]) == set(range(5))
    assert [len(share) for share in first] == [3, 3]
    shares[0].set_epoch(1)
    assert list(shares[0]) != first[0]


def test_each_worker_works_two_batches_ahead():
    """`prefetch_factor` is for workers only."""
    assert DataLoader([1], num_workers=1).prefetch_factor == 2
    with pytest.raises(ValueError, match="prefetch_factor"):
        DataLoader([1], prefetch_factor=2)


def test_shuffle_excludes_a_sampler():
    """Who gives a sampler decides the order: `shuffle=True` beside it raises."""
    with pytest.raises(ValueError, match="mutually exclusive"):
        DataLoader(range(3), shuffle=True, sampler=[0, 1, 2])


def test_an_iterable_dataset_cannot_be_shuffled():
    """There are no indices to shuffle: `shuffle=True` raises."""
    with pytest.raises(ValueError, match="IterableDataset"):
        DataLoader(Stream(), shuffle=True)


def test_an_iterable_dataset_without_a_length_gives_the_loader_none():
    """`len(loader)` needs `len(dataset)`; a stream has none."""
    with pytest.raises(TypeError):
        len(DataLoader(Stream()))


def test_every_worker_yields_all_of_an_iterable_dataset():
    """Two workers yield every item twice, because each has a copy of the dataset."""
    loader = DataLoader(Stream(), None, num_workers=2, multiprocessing_context="fork")
    assert sorted(loader) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_batches_come_from_each_worker_in_turn():
    """Each worker fills batches of its own, and the loader takes them in turn."""
    loader = DataLoader(Dealt(), 4, num_workers=2, multiprocessing_context="fork")
    assert [x.tolist() for x in loader] == [
        [0, 2, 4, 6],
        [1, 3, 5, 7],
        [8, 10, 12, 14],
        [9, 11, 13, 15],
        [16, 18],
        [17, 19],
    ]


@pytest.mark.parametrize("persistent", [False, True])
def test_workers_are_processes_and_new_ones_in_each_epoch(persistent):
    """`num_workers` starts processes, again each epoch unless they are persistent."""
    loader = DataLoader(
        Process(),
        batch_size=None,
        num_workers=1,
        multiprocessing_context="fork",
        persistent_workers=persistent,
    )
    first, second = set(loader), set(loader)
    assert os.getpid() not in first
    assert (first == second) == persistent
    del loader
    assert multiprocessing.active_children() == []


class Drawn(Dataset):
    """Each item is a random number of the worker."""

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return torch.rand(())


@pytest.mark.parametrize("persistent", [False, True])
def test_persistent_workers_have_random_states_of_their_own(persistent):
    """New workers draw what the loader's generator decides, persistent ones go on."""

    def loader():
        return DataLoader(
            Drawn(),
            num_workers=1,
            generator=torch.Generator(),
            multiprocessing_context="fork",
            persistent_workers=persistent,
        )

    first, resumed = loader(), loader()
    list(first)
    resumed.generator.set_state(first.generator.get_state())
    assert (list(first) == list(resumed)) != persistent


def test_more_workers_than_cores_earn_a_warning():
    """The loader warns when it is made, and starts them all the same."""
    with pytest.warns(UserWarning, match="suggested max number of worker"):
        loader = DataLoader([1], num_workers=4096)
    assert loader.num_workers == 4096


def test_the_default_start_method_forks_on_linux_up_to_python_3_13():
    """Since Python 3.14 Linux starts processes from a fork server."""
    if sys.platform == "linux":
        expected = "forkserver" if sys.version_info >= (3, 14) else "fork"
        # the first one listed is the default, whatever a program has set since
        assert multiprocessing.get_all_start_methods()[0] == expected


def test_a_script_without_a_main_guard_starts_processes_by_fork_only(tmp_path):
    """Other start methods import the script again, which would start them again."""
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing, sys\n"
        "context = multiprocessing.get_context(sys.argv[1])\n"
        "process = context.Process(target=print)\n"
        "process.start()\n"
        "process.join()\n"
        "raise SystemExit(process.exitcode)\n"
    )
    command = [sys.executable, "-S", str(script)]
    started = {
        method: subprocess.Popen([*command, method], stderr=subprocess.PIPE, text=True)
        for method in ("fork", "spawn", "forkserver")
    }
    errors = {method: process.communicate()[1] for method, process in started.items()}
    assert started["fork"].returncode == 0
    for method in ("spawn", "forkserver"):
        assert started[method].returncode != 0
        assert "bootstrapping phase" in errors[method]


def test_a_lambda_and_a_generator_cannot_be_pickled():
    """What is sent to workers that are not forked must have a name, or be data."""
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(lambda items: items)
    with pytest.raises(TypeError):
        pickle.dumps(i for i in range(3))


@pytest.mark.parametrize(
    ("method", "hashes"), [("fork", 1), ("forkserver", 1), ("spawn", 2)]
)
def test_strings_have_another_hash_in_each_spawned_process(method, hashes, tmp_path):
    """Hashes are salted when Python starts, and a fork has its parent's salt."""
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing, sys\n"
        "def show():\n"
        "    print(hash('backprep'))\n"
        "if __name__ == '__main__':\n"
        "    for _ in range(2):\n"
        "        context = multiprocessing.get_context(sys.argv[1])\n"
        "        process = context.Process(target=show)\n"
        "        process.start()\n"
        "        process.join()\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", str(script), method],
        capture_output=True,
        check=True,
        text=True,
        env={key: os.environ[key] for key in os.environ if key != "PYTHONHASHSEED"},
    )
    printed = done.stdout.split()
    assert len(printed) == 2
    assert len(set(printed)) == hashes


def test_default_batching_refuses_none():
    """Without batches a loader hands it on."""
    with pytest.raises(TypeError, match="NoneType"):
        next(iter(DataLoader([None])))
    assert list(DataLoader([None], batch_size=None)) == [None]


def test_a_length_of_an_iterable_dataset_is_an_estimate():
    """The loader rounds it up to batches; what comes is what is yielded."""

    class Estimated(Stream):
        def __len__(self):
            return 5

    loader = DataLoader(Estimated(), 2)
    assert (len(loader), len(list(loader))) == (3, 2)


def test_pinning_warns_without_an_accelerator_and_pins_with_one():
    """Without one, making the loader says nothing; iterating it warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loader = DataLoader([torch.ones(1)], pin_memory=True)
    if torch.cuda.is_available():
        assert next(iter(loader)).is_pinned()
    elif not torch.accelerator.is_available():
        with pytest.warns(UserWarning, match="no accelerator is found"):
            batch = next(iter(loader))
        assert not batch.is_pinned()


def test_masks_of_attention_layers_do_not_agree():
    """True hides a key in `key_padding_mask`, and shows it in `attn_mask`."""
    layer = nn.MultiheadAttention(4, 1, batch_first=True).eval()
    x, real = torch.randn(1, 3, 4), torch.tensor([[True, True, False]])
    for mask, hidden in ((~real, 2), (real, [0, 1])):
        _, weights = layer(x, x, x, key_padding_mask=mask)
        assert weights[0, :, hidden].eq(0).all()
    query = torch.randn(1, 2, 3, 4)
    masked = scaled_dot_product_attention(
        query, query, query, attn_mask=real[:, None, None, :]
    )
    keys = query[:, :, :2]
    assert_close(masked, scaled_dot_product_attention(query, keys, keys))


def test_packing_asks_for_lengths_on_the_cpu_that_are_positive_and_fall():
    """`enforce_sorted=False` lifts the last of these conditions."""
    x = torch.zeros(2, 3, 1)
    with pytest.raises(RuntimeError, match="sorted in decreasing order"):
        pack_padded_sequence(x, torch.tensor([1, 3]), batch_first=True)
    for lengths in ([1, 3], torch.tensor([1, 3])):
        pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    with pytest.raises(RuntimeError, match="greater than 0"):
        pack_padded_sequence(x, [3, 0], batch_first=True)
    with pytest.raises(RuntimeError, match="CPU"):
        pack_padded_sequence(x, torch.ones(2, device="meta"), batch_first=True)


def test_padding_makes_a_copy_even_of_one_sequence():
    """The batch shares no memory with the texts, and takes the dtype of the first."""
    text = torch.ones(2, dtype=torch.int16)
    batch = pad_sequence([text], batch_first=True)
    assert batch.dtype == torch.int16
    assert batch.data_ptr() != text.data_ptr()


def test_targets_of_minus_100_do_not_count():
    """The mean of `cross_entropy` is over the targets that are left."""
    logits = torch.randn(3, 5)
    loss = cross_entropy(logits, torch.tensor([1, 4, -100]))
    assert_close(loss, cross_entropy(logits[:2], torch.tensor([1, 4])))


class Seeds(Dataset):
    """What the process that reads an item was seeded with."""

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return torch.initial_seed(), torch.rand(1).item(), numpy.random.rand()


def test_the_loader_seeds_its_workers_anew_in_each_epoch():
    """`base_seed` plus the worker's id, from the loader's generator; NumPy too."""
    generator = torch.Generator().manual_seed(0)
    loader = DataLoader(
        Seeds(),
        batch_size=None,
        num_workers=2,
        multiprocessing_context="fork",
        generator=generator,
    )
    first, second = list(loader), list(loader)
    for epoch in (first, second):
        assert epoch[1][0] == epoch[0][0] + 1
    items = [*first, *second]
    for one in range(3):
        assert len({item[one] for item in items}) == 4


def test_workers_repeat_each_other_with_a_generator_of_the_dataset():
    """Each has a copy in the same state, and the next epoch's copies are the same."""

    class Noise(Dataset):
        generator = torch.Generator().manual_seed(0)

        def __len__(self):
            return 2

        def __getitem__(self, i):
            return torch.rand(1, generator=self.generator).item()

    loader = DataLoader(
        Noise(), batch_size=None, num_workers=2, multiprocessing_context="fork"
    )
    assert len({*loader, *loader}) == 1


def test_a_generator_on_the_cpu_uses_32_bits_of_its_seed():
    """What stands above them changes nothing."""
    draws = {
        torch.rand(1, generator=torch.Generator().manual_seed(seed)).item()
        for seed in (5, 5 + (1 << 32), 5 + (7 << 40))
    }
    assert len(draws) == 1


def test_a_hash_of_integers_is_the_same_in_each_process():
    """Only text and bytes are salted."""
    code = "print(hash((1, 2, 3)))"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-S", "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        )
        assert int(done.stdout) == hash((1, 2, 3))


def test_persistent_workers_keep_the_dataset_that_they_began_with():
    dataset = Pairs(["old"], [0])
    for persistent, expected in ((True, "old"), (False, "new")):
        dataset.texts = ["old"]
        loader = DataLoader(
            dataset,
            batch_size=None,
            num_workers=1,
            multiprocessing_context="fork",
            persistent_workers=persistent,
        )
        assert [text for text, _ in loader] == ["old"]
        dataset.texts = ["new"]
        assert [text for text, _ in loader] == [expected]


def test_a_distributed_sampler_needs_to_be_told_the_epoch():
    """It shuffles by its seed plus the epoch, alike on all ranks."""
    ranks = [DistributedSampler(range(8), 2, rank) for rank in range(2)]
    orders = [[list(sampler) for sampler in ranks] for _ in range(2)]
    assert orders[0] == orders[1]
    assert sorted(orders[0][0] + orders[0][1]) == list(range(8))
    for sampler in ranks:
        sampler.set_epoch(1)
    assert [list(sampler) for sampler in ranks] != orders[0]
    other = DistributedSampler(range(8), 2, 0, seed=1)
    assert list(other) == list(ranks[0])


def test_weights_of_classes_are_taken_for_weights_of_examples():
    """With three weights only the indices 0, 1 and 2 are drawn."""
    assert set(WeightedRandomSampler([0.1, 0.4, 0.5], 100)) == {0, 1, 2}


def test_a_draw_by_weights_takes_16_million_of_them():
    """`WeightedRandomSampler` calls `torch.multinomial`."""
    weights = torch.ones(1).expand(2**24 + 1)
    with pytest.raises(RuntimeError, match=r"cannot exceed 2\^24"):
        torch.multinomial(weights, 1, replacement=True)
