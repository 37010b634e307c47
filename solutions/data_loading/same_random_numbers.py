"""A generator for each item, made from the seed, the epoch and the index.

Then no process has a state that could repeat or be repeated: whichever worker reads the
item, in whatever order, finds the same noise. NumPy mixes the numbers of a tuple into
one state; their sums would be alike. Workers copy the epoch with the dataset.
"""

import numpy
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset


class NoisyDataset(Dataset[Tensor]):
    """Adds noise to each item, new in each epoch."""

    def __init__(self, data: Tensor, std: float = 0.1, seed: int = 0) -> None:
        self.data = data
        self.std = std
        self.seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        return len(self.data)

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch begins."""
        self.epoch = epoch

    def __getitem__(self, i: int) -> Tensor:
        item = self.data[i]
        own = numpy.random.default_rng((self.seed, self.epoch, i))
        noise = torch.from_numpy(own.standard_normal(item.shape))
        return item + self.std * noise.to(item.dtype)

    def loader(self, batch_size: int, num_workers: int = 0) -> DataLoader[Tensor]:
        """Batches of all items, in their order."""
        # the workers are new in each epoch, and so is their copy of the dataset
        return DataLoader(self, batch_size, num_workers=num_workers)
