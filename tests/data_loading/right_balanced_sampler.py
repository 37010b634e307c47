"""Other right answers to data_loading/balanced_sampler."""

from collections import Counter, defaultdict

import torch
from torch.utils.data import Sampler

from solutions.data_loading.balanced_sampler import example_weights


class counts_in_a_dict:
    """A `Counter` takes labels of any kind, names too, and reads like the formula.
    Python goes through the examples one by one, which takes a second for some
    millions."""

    def example_weights(labels, shares=None):
        names = labels.tolist() if isinstance(labels, torch.Tensor) else list(labels)
        counts = Counter(names)
        if shares is None:
            shares = dict.fromkeys(counts, 1)
        if not names or shares.keys() ^ counts.keys():
            raise ValueError(
                "there must be labels, and a share for each of their classes"
            )
        total = sum(shares.values())
        if total == 0 or any(share < 0 for share in shares.values()):
            raise ValueError("a share cannot be negative, and one must be positive")
        weights = [shares[name] / counts[name] / total for name in names]
        return torch.tensor(weights, dtype=torch.double)


class _ClassFirst(Sampler):
    """Draws a class by its share, then one of its examples."""

    def __init__(self, members, shares, size, generator):
        self.members = members
        self.shares = torch.tensor(shares, dtype=torch.float64)
        self.size = size
        self.generator = generator

    def __len__(self):
        return self.size

    def __iter__(self):
        drawn = torch.multinomial(
            self.shares, self.size, replacement=True, generator=self.generator
        )
        places = torch.rand(self.size, generator=self.generator, dtype=torch.float64)
        for c, place in zip(drawn.tolist(), places.tolist(), strict=True):
            members = self.members[c]
            yield members[int(place * len(members))]


class draws_a_class_and_then_an_example:
    """The shares are in plain sight, and only as many numbers as there are classes are
    weighed, so the data may be of any size. It takes two draws for each example."""

    def balanced_sampler(labels, shares=None, *, num_samples=None, generator=None):
        example_weights(labels, shares)  # for its errors
        members = defaultdict(list)
        for i, name in enumerate(torch.as_tensor(labels).tolist()):
            members[name].append(i)
        wanted = [1 if shares is None else shares[name] for name in members]
        size = len(labels) if num_samples is None else num_samples
        return _ClassFirst(list(members.values()), wanted, size, generator)


class _BySearch(Sampler):
    """Finds random numbers in the running sum of the weights."""

    def __init__(self, weights, size, generator):
        self.edges = weights.cumsum(0)
        self.size, self.generator = size, generator

    def __len__(self):
        return self.size

    def __iter__(self):
        drawn = torch.rand(self.size, generator=self.generator, dtype=torch.float64)
        found = torch.searchsorted(self.edges, drawn * self.edges[-1], right=True)
        return iter(found.tolist())


class searches_the_running_sum:
    """A draw is a binary search, and the sum is made once and not in every epoch. It
    is also free of the limit of `multinomial`, about 16.8 million weights. It is more
    code to get right: `right=True` skips weights of 0."""

    def balanced_sampler(labels, shares=None, *, num_samples=None, generator=None):
        weights = example_weights(labels, shares)
        size = len(labels) if num_samples is None else num_samples
        return _BySearch(weights, size, generator)
