"""Other right answers to data_loading/pad_collate."""

import torch
from torch.nn.functional import pad
from torch.nn.utils.rnn import pad_sequence


def writes_into_a_batch_of_padding(items, pad_value=0):
    """Text and mask are filled in together, and cutting texts to a maximum or padding
    on the left is one line away. The loop runs in Python, once for each text."""
    if len(items) == 0:
        raise ValueError("a batch needs at least one item")
    longest = max(len(sequence) for sequence, _ in items)
    first = items[0][0]
    x = first.new_full((len(items), longest, *first.shape[1:]), pad_value)
    mask = torch.zeros(len(items), longest, dtype=torch.bool)
    for i, (sequence, _) in enumerate(items):
        x[i, : len(sequence)] = sequence
        mask[i, : len(sequence)] = True
    labels = torch.tensor([label for _, label in items])
    return x, mask.sum(dim=1), mask, labels


def pads_a_mask_beside_each_sequence(items, pad_value=0):
    """The same padding, done to rows of ones, gives the mask: nothing has to be worked
    out. It makes one more small tensor for each sequence."""
    if not items:
        raise ValueError("an empty list makes no batch")
    sequences = [sequence for sequence, _ in items]
    ones = [torch.ones(len(sequence), dtype=torch.bool) for sequence in sequences]
    mask = pad_sequence(ones, batch_first=True)
    x = pad_sequence(sequences, batch_first=True, padding_value=pad_value)
    return x, mask.sum(1), mask, torch.LongTensor([label for _, label in items])


def pads_each_and_stacks(items, pad_value=0):
    """`pad` says how much is added and at which end, so padding on the left is a swap
    of two numbers. Each sequence is copied twice on its way."""
    if not items:
        raise ValueError("an empty list makes no batch")
    lengths = torch.tensor([sequence.shape[0] for sequence, _ in items])
    longest = int(lengths.max())
    x = torch.stack(
        [
            pad(s, [0, 0] * (s.ndim - 1) + [0, longest - len(s)], value=pad_value)
            for s, _ in items
        ]
    )
    mask = torch.stack([torch.arange(longest) < length for length in lengths])
    return x, lengths, mask, torch.tensor([label for _, label in items])
