from collections import Counter

import torch

from solutions.data_loading.balanced_sampler import balanced_sampler

labels = torch.zeros(1000, dtype=torch.int64)
labels[::100] = 1  # ten of a thousand
generator = torch.Generator().manual_seed(0)

for shares in (None, {0: 9, 1: 1}):
    sampler = balanced_sampler(labels, shares, generator=generator)
    drawn = list(sampler)
    counts = Counter(labels[drawn].tolist())
    print(f"shares {shares}: class 0 {counts[0]} times, class 1 {counts[1]} times")
    print("  different examples of class 0:", len({i for i in drawn if not labels[i]}))
