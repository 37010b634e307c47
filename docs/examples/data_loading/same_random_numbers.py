import torch
from torch.utils.data import DataLoader, Dataset

from solutions.data_loading.same_random_numbers import NoisyDataset


class OneGenerator(Dataset):
    def __init__(self):
        self.generator = torch.Generator().manual_seed(0)

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return torch.randn(1, generator=self.generator)


noisy = NoisyDataset(torch.zeros(4, 1), std=1.0)
for name, dataset in (("one generator", OneGenerator()), ("one for each item", noisy)):
    for epoch in (0, 1):
        noisy.set_epoch(epoch)
        loader = DataLoader(dataset, batch_size=1, num_workers=2)
        items = [f"{batch.item():6.3f}" for batch in loader]
        print(f"{name}, epoch {epoch}:", *items)
