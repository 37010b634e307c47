from functools import partial

import torch
from torch.utils.data import DataLoader

from solutions.data_loading.pad_collate import pad_collate

texts = [torch.tensor([5, 0]), torch.tensor([3, 8, 0, 2]), torch.tensor([7])]
dataset = list(zip(texts, [1, 0, 1], strict=True))
loader = DataLoader(dataset, batch_size=3, collate_fn=partial(pad_collate, pad_value=0))
x, lengths, mask, labels = next(iter(loader))

print("x:      ", x.tolist())
print("lengths:", lengths.tolist())
print("mask:   ", mask.int().tolist())
print("x != 0: ", (x != 0).int().tolist())

outputs = x.float()  # what a model might give for each position
mean = outputs.masked_fill(~mask, 0).sum(dim=1) / lengths
print("mean over real positions:", mean.tolist())
print("mean over the whole row: ", outputs.mean(dim=1).tolist())
