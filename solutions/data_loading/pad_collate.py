"""Ask the sequences how long they are, before padding hides it.

A padded batch cannot say where its padding begins: the padding value may be a token as
well. So the lengths are taken first, and the mask is made from the lengths and the
positions, without a look at the values.
"""

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence


def pad_collate(
    items: list[tuple[Tensor, int]], pad_value: float = 0
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The batch, the length of each sequence, the mask of what is real, the labels."""
    if not items:
        raise ValueError("there are no items to make a batch of")
    sequences, labels = zip(*items, strict=True)
    x = pad_sequence(sequences, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    mask = torch.arange(x.shape[1]) < lengths[:, None]
    return x, lengths, mask, torch.tensor(labels)
