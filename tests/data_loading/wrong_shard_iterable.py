"""Near misses of data_loading/shard_iterable."""

from itertools import islice, zip_longest

from torch.utils.data import IterableDataset, get_worker_info

from backprep.testing import fails


@fails(
    "test_the_workers_together_give_every_item_once",
    "test_no_item_is_taken_for_another",
    "test_each_worker_has_a_share",
    "test_two_real_workers_give_every_item_once",
)
class gives_everything_in_every_worker(IterableDataset):
    """With two workers every item is seen twice, and no error is raised."""

    def __init__(self, source):
        self.source = source

    def __iter__(self):
        yield from self.source()


@fails(
    "test_the_workers_together_give_every_item_once",
    "test_no_item_is_taken_for_another",
    "test_each_worker_has_a_share",
    "test_two_real_workers_give_every_item_once",
)
class asks_in_the_constructor(IterableDataset):
    """The main process builds the dataset, and there is no worker there."""

    def __init__(self, source):
        self.source = source
        worker = get_worker_info()
        self.start = worker.id if worker else 0
        self.step = worker.num_workers if worker else 1

    def __iter__(self):
        return islice(self.source(), self.start, None, self.step)


@fails("test_an_endless_source_is_not_read_ahead")
class cuts_the_stream_into_blocks(IterableDataset):
    """The stream is read once more to be counted, and an endless one for ever."""

    def __init__(self, source):
        self.source = source

    def __iter__(self):
        worker = get_worker_info()
        if worker is None:
            return iter(self.source())
        size = -(-sum(1 for _ in self.source()) // worker.num_workers)
        return islice(self.source(), worker.id * size, (worker.id + 1) * size)


@fails("test_an_endless_source_is_not_read_ahead")
class lists_the_source(IterableDataset):
    """Needs the whole stream in memory, and an endless one never begins."""

    def __init__(self, source):
        self.source = source

    def __iter__(self):
        items = list(self.source())
        worker = get_worker_info()
        if worker is None:
            return iter(items)
        return iter(items[worker.id :: worker.num_workers])


@fails(
    "test_without_workers_every_item_comes_once_and_in_order",
    "test_an_endless_source_is_not_read_ahead",
    "test_has_no_length",
    "test_two_real_workers_give_every_item_once",
    "test_every_iteration_starts_from_the_beginning",
    "test_two_iterations_at_once_do_not_disturb_each_other",
    "test_can_be_sent_to_a_worker_before_and_after_it_was_read",
)
class expects_a_worker(IterableDataset):
    """Fails with `num_workers=0`, where there is no worker to ask."""

    def __init__(self, source):
        self.source = source

    def __iter__(self):
        worker = get_worker_info()
        return islice(self.source(), worker.id, None, worker.num_workers)


@fails("test_has_no_length")
class counts_the_items(IterableDataset):
    """Reads the whole stream before the first batch, and an endless one for ever."""

    def __init__(self, source):
        self.source = source

    def __len__(self):
        return sum(1 for _ in self.source())

    def __iter__(self):
        worker = get_worker_info()
        for i, item in enumerate(self.source()):
            if worker is None or i % worker.num_workers == worker.id:
                yield item


@fails("test_each_worker_has_a_share", "test_an_endless_source_is_not_read_ahead")
class leaves_the_work_to_one_worker(IterableDataset):
    """Each item comes once, and all workers but the first are idle."""

    def __init__(self, source):
        self.source = source

    def __iter__(self):
        worker = get_worker_info()
        if worker is None or worker.id == 0:
            return iter(self.source())
        return iter(())


@fails("test_the_workers_together_give_every_item_once")
class deals_in_whole_rounds(IterableDataset):
    """The items of the last, incomplete round are lost."""

    def __init__(self, source):
        self.source = source

    def __iter__(self):
        worker = get_worker_info()
        first, count = (worker.id, worker.num_workers) if worker else (0, 1)
        items = iter(self.source())
        for one_round in zip(*[items] * count, strict=False):
            yield one_round[first]


@fails("test_the_workers_together_give_every_item_once")
class pads_the_last_round(IterableDataset):
    """Every worker gives as many items, and the model is fed some that no one sent."""

    def __init__(self, source):
        self.source = source

    def __iter__(self):
        worker = get_worker_info()
        first, count = (worker.id, worker.num_workers) if worker else (0, 1)
        items = iter(self.source())
        for one_round in zip_longest(*[items] * count):
            yield one_round[first]


@fails("test_the_workers_together_give_every_item_once")
class fills_the_last_round_with_the_first_items(IterableDataset):
    """As `DistributedSampler` does: the first items come twice in an epoch."""

    def __init__(self, source):
        self.source = source

    def __iter__(self):
        worker = get_worker_info()
        first, count = (worker.id, worker.num_workers) if worker else (0, 1)
        items, opening = iter(self.source()), []
        while one_round := list(islice(items, count)):
            opening = opening or one_round
            yield (one_round + opening * count)[first]


@fails(
    "test_two_real_workers_give_every_item_once",
    "test_every_iteration_starts_from_the_beginning",
    "test_two_iterations_at_once_do_not_disturb_each_other",
    "test_can_be_sent_to_a_worker_before_and_after_it_was_read",
)
class opens_the_source_once(IterableDataset):
    """The second epoch is empty, and an open stream cannot be pickled."""

    def __init__(self, source):
        self.items = iter(source())

    def __iter__(self):
        worker = get_worker_info()
        if worker is None:
            return self.items
        return islice(self.items, worker.id, None, worker.num_workers)


@fails(
    "test_each_worker_has_a_share",
    "test_without_workers_every_item_comes_once_and_in_order",
    "test_no_item_is_taken_for_another",
)
class deals_by_hash(IterableDataset):
    """Lists have no hash, and strings have another one in every spawned worker."""

    def __init__(self, source):
        self.source = source

    def __iter__(self):
        worker = get_worker_info()
        first, count = (worker.id, worker.num_workers) if worker else (0, 1)
        return (x for x in self.source() if hash(x) % count == first)
