"""Keep the texts as they are, and pad when a batch is made.

Only `collate_fn` sees a whole batch, so only it knows how long the longest text
is. It is a function of the module, which can be sent to workers under every start
method. The shuffling draws from a generator that belongs to the loader: nobody but the
loader moves it on, and each epoch goes on where the last one stopped.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset


class TextDataset(Dataset[tuple[Tensor, Tensor]]):
    """Texts as token ids, each with its label."""

    def __init__(self, texts: Sequence[Sequence[int]], labels: Sequence[int]) -> None:
        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts, but {len(labels)} labels")
        if len(texts) == 0:
            raise ValueError("there are no texts")
        self.texts = texts
        self.labels = labels

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        # the dtype is for the empty text, which would be float32
        text = torch.tensor(self.texts[i], dtype=torch.long)
        return text, torch.tensor(self.labels[i], dtype=torch.long)


def _pad(items: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    texts, labels = zip(*items, strict=True)
    return pad_sequence(texts, batch_first=True), torch.stack(labels)


def make_loader(
    dataset: Dataset[tuple[Tensor, Tensor]],
    batch_size: int,
    *,
    shuffle: bool = True,
    num_workers: int = 0,
    seed: int = 0,
) -> DataLoader[tuple[Tensor, Tensor]]:
    """Batches of padded texts, with their labels."""
    return DataLoader(
        dataset,
        batch_size=batch_size,
        shuffle=shuffle,
        num_workers=num_workers,
        collate_fn=_pad,
        pin_memory=torch.cuda.is_available(),
        generator=torch.Generator().manual_seed(seed),
    )
