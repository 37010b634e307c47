"""Other right answers to data_loading/shard_iterable."""

from itertools import compress, cycle, islice

from torch.utils.data import IterableDataset, get_worker_info


class filters_by_position(IterableDataset):
    """Counting in sight shows the rule, and has a place for more work on your own items
    alone. Each item that is skipped passes through Python, where `islice` drops it in
    C."""

    def __init__(self, source):
        super().__init__()
        self.source = source

    def __iter__(self):
        worker = get_worker_info()
        for position, item in enumerate(self.source()):
            if worker is None or position % worker.num_workers == worker.id:
                yield item


class selects_by_a_pattern(IterableDataset):
    """The pattern can be any other than every n-th: twice as many items for a worker
    with a faster disk, say. For equal shares, a step says the same without
    the pattern."""

    def __init__(self, source):
        super().__init__()
        self.source = source

    def __iter__(self):
        worker = get_worker_info()
        count, own = (worker.num_workers, worker.id) if worker else (1, 0)
        return compress(self.source(), cycle(n == own for n in range(count)))


class takes_and_skips(IterableDataset):
    """Working on the bare iterator, it can skip in the source's own way, by a seek or
    by an offset in a queue. It has to end the iteration by hand."""

    def __init__(self, source):
        super().__init__()
        self.source = source

    def __iter__(self):
        worker = get_worker_info()
        before, behind = (
            (worker.id, worker.num_workers - worker.id - 1) if worker else (0, 0)
        )
        items = self.source()
        try:
            while True:
                for _ in range(before):
                    next(items)
                yield next(items)
                for _ in range(behind):
                    next(items)
        except StopIteration:
            return


class deals_in_blocks(IterableDataset):
    """Neighbours stay with one worker, which suits items that belong together. Worker
    two has nothing to give until a whole block has been read, and a short stream leaves
    it idle."""

    block = 4

    def __init__(self, source):
        super().__init__()
        self.source = source

    def __iter__(self):
        worker = get_worker_info()
        items = iter(self.source())
        if worker is None:
            yield from items
            return
        for turn in cycle(range(worker.num_workers)):
            dealt = list(islice(items, self.block))
            if not dealt:
                return
            if turn == worker.id:
                yield from dealt
