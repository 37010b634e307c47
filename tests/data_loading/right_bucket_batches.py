"""Other right answers to data_loading/bucket_batches."""

import math
import random

import numpy
import torch
from torch.utils.data import BatchSampler, Sampler


class sorts_by_noisy_lengths(Sampler):
    """One sort for all: a little noise on each length mixes neighbours anew in each
    epoch, and its size is the one knob between sorted and shuffled. It is in units of
    length, so other data need another size; here equal lengths are mixed in any
    case."""

    def __init__(self, lengths, batch_size, *, seed=0):
        if batch_size < 1:
            raise ValueError("batch_size must be 1 or more")
        self.lengths = torch.tensor(lengths, dtype=torch.float64)
        self.size, self.seed, self.begun = batch_size, seed, 0

    def __len__(self):
        return math.ceil(len(self.lengths) / self.size)

    def __iter__(self):
        own = torch.Generator().manual_seed(hash((self.seed, self.begun)))
        self.begun += 1
        noise = torch.rand(len(self.lengths), generator=own, dtype=torch.float64)
        order = (self.lengths + 3 * noise).argsort()
        batches = order.split(self.size) if len(order) else ()
        places = torch.randperm(len(batches), generator=own)
        return iter([batches[i].tolist() for i in places])


class sorts_by_pool_and_length(Sampler):
    """One `lexsort` in NumPy, first by the pool and then by length, in place of a
    loop over pools: for millions of lengths it takes a fraction of the time. One has
    to know that the last key comes first."""

    def __init__(self, lengths, batch_size, *, seed=0):
        if batch_size <= 0:
            raise ValueError(f"batch_size={batch_size}")
        self.lengths = numpy.asarray(lengths)
        self.batch_size, self.seed, self.epoch = batch_size, seed, 0

    def __len__(self):
        return (len(self.lengths) + self.batch_size - 1) // self.batch_size

    def __iter__(self):
        own = numpy.random.default_rng((self.seed, self.epoch))
        self.epoch += 1
        shuffled = own.permutation(len(self.lengths))
        pools = numpy.arange(len(shuffled)) // (12 * self.batch_size)
        order = shuffled[numpy.lexsort((self.lengths[shuffled], pools))].tolist()
        starts = own.permutation(len(self)) * self.batch_size
        return iter([order[i : i + self.batch_size] for i in starts.tolist()])


class _SortedPools(Sampler):
    """Shuffled indices, sorted pool by pool."""

    def __init__(self, lengths, pool, seed):
        self.lengths, self.pool, self.seed, self.epoch = lengths, pool, seed, 0

    def __len__(self):
        return len(self.lengths)

    def __iter__(self):
        draws = random.Random(f"{self.seed}: {self.epoch}")
        self.epoch += 1
        order = draws.sample(range(len(self)), len(self))
        pools = [order[i : i + self.pool] for i in range(0, len(self), self.pool)]
        return iter(
            [i for p in pools for i in sorted(p, key=lambda i: self.lengths[i])]
        )


class stacks_samplers(Sampler):
    """A sampler for the order, and PyTorch's `BatchSampler` to cut it: the parts can be
    used and tested alone. Only the shuffling of the batches is left to do here."""

    def __init__(self, lengths, batch_size, *, seed=0):
        self.order = _SortedPools(lengths, 20 * batch_size, seed)
        self.batches = BatchSampler(self.order, batch_size, drop_last=False)

    def __len__(self):
        return len(self.batches)

    def __iter__(self):
        batches = list(self.batches)
        random.Random(f"{self.order.seed}/{self.order.epoch}").shuffle(batches)
        return iter(batches)
