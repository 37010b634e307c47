"""Other right answers to data_loading/same_random_numbers."""

import hashlib

import torch
from torch.utils.data import DataLoader, Dataset, Sampler


class hashes_the_three_numbers(Dataset):
    """Python's hash of a tuple of ints is the same in every process, and the shortest
    mix. PyTorch's CPU generator uses 32 bits of it, so among some 100,000 draws two
    will be alike."""

    def __init__(self, data, std=0.1, seed=0):
        self.data, self.std, self.seed, self.epoch = data, std, seed, 0

    def __len__(self):
        return self.data.size(0)

    def set_epoch(self, epoch):
        self.epoch = epoch

    def __getitem__(self, i):
        own = torch.Generator()
        own.manual_seed(hash((self.seed, self.epoch, i)))
        return torch.normal(self.data[i], self.std, generator=own)

    def loader(self, batch_size, num_workers=0):
        return DataLoader(self, batch_size=batch_size, num_workers=num_workers)


class forks_the_global_generator(Dataset):
    """Augmentations of a library draw from the global generator and take no other one:
    seeded inside `fork_rng`, they do not disturb the rest. Saving and restoring the
    state costs more than the noise."""

    def __init__(self, data, std=0.1, seed=0):
        self.data = data
        self.std = std
        self.seed = seed
        self.set_epoch(0)

    def __len__(self):
        return len(self.data)

    def set_epoch(self, epoch):
        self.epoch = epoch

    def __getitem__(self, i):
        name = f"{self.seed}/{self.epoch}/{i}".encode()
        digest = hashlib.sha256(name).digest()
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(int.from_bytes(digest[:4], "big"))
            return self.data[i] + self.std * torch.randn_like(self.data[i])

    def loader(self, batch_size, num_workers=0):
        return DataLoader(self, batch_size, shuffle=False, num_workers=num_workers)


class _Keys(Sampler):
    """Yields the epoch with each index, so that workers need not know it."""

    def __init__(self, dataset):
        self.dataset = dataset

    def __len__(self):
        return len(self.dataset)

    def __iter__(self):
        return ((self.dataset.epoch, i) for i in range(len(self.dataset)))


class sends_the_epoch_with_the_index(Dataset):
    """The sampler runs in the main process and hands out pairs, so that workers may
    stay alive from epoch to epoch. The dataset must take two kinds of index."""

    def __init__(self, data, std=0.1, seed=0):
        self.data, self.std, self.seed = data, std, seed
        self.epoch = 0

    def __len__(self):
        return len(self.data)

    def set_epoch(self, epoch):
        self.epoch = epoch

    def __getitem__(self, key):
        epoch, i = key if isinstance(key, tuple) else (self.epoch, key)
        item = self.data[i]
        own = torch.Generator().manual_seed(hash((i, epoch, self.seed)))
        noise = torch.empty_like(item).normal_(generator=own)
        return noise.mul_(self.std).add_(item)

    def loader(self, batch_size, num_workers=0):
        return DataLoader(
            self,
            batch_size,
            sampler=_Keys(self),
            num_workers=num_workers,
            persistent_workers=num_workers > 0,
        )
