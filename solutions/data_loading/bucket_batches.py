"""Shuffle, sort within large pools, cut into batches, shuffle the batches.

A pool is large enough to hold items of like lengths for each of its batches, and small
enough that its members change from epoch to epoch. It is a multiple of the batch size,
so that no pool but the last leaves a rest.
"""

from collections.abc import Iterator, Sequence

import torch
from torch.utils.data import Sampler

_BATCHES_IN_A_POOL = 16


class BucketBatches(Sampler[list[int]]):
    """Batches of like lengths, in random order."""

    def __init__(
        self, lengths: Sequence[int], batch_size: int, *, seed: int = 0
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"a batch of {batch_size} holds nothing")
        self.lengths = lengths
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        return len(range(0, len(self.lengths), self.batch_size))

    def __iter__(self) -> Iterator[list[int]]:
        generator = torch.Generator().manual_seed(hash((self.seed, self.epoch)))
        self.epoch += 1
        order = torch.randperm(len(self.lengths), generator=generator).tolist()
        batches = []
        for pool in _cut(order, self.batch_size * _BATCHES_IN_A_POOL):
            pool.sort(key=self.lengths.__getitem__)
            batches += _cut(pool, self.batch_size)
        shuffled = torch.randperm(len(batches), generator=generator).tolist()
        return iter([batches[i] for i in shuffled])


def _cut(indices: list[int], size: int) -> list[list[int]]:
    return [indices[i : i + size] for i in range(0, len(indices), size)]
