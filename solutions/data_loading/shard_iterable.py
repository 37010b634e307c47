"""Deal the items out like cards.

Worker `id` of `n` takes the items id, id + n, id + 2n and so on, which covers
every stream exactly once and needs no length. The worker is asked for when the
iteration begins: the constructor runs in the main process, where there is none.
Only `source` is kept, so every iteration opens a stream of its own.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from torch.utils.data import IterableDataset, get_worker_info


class ShardedStream(IterableDataset[object]):
    """The items of `source()`, each once, whatever the number of workers."""

    def __init__(self, source: Callable[[], Iterator[object]]) -> None:
        self.source = source

    def __iter__(self) -> Iterator[object]:
        worker = get_worker_info()
        if worker is None:
            return iter(self.source())
        return islice(self.source(), worker.id, None, worker.num_workers)
