"""Near misses of data_loading/pad_collate."""

import torch
from torch.nn.utils.rnn import pad_sequence

from backprep.testing import fails


def _parts(items):
    if not items:
        raise ValueError("an empty batch")
    sequences, labels = zip(*items, strict=True)
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    return sequences, lengths, torch.tensor(labels)


def _before_the_end(lengths, longest):
    return torch.arange(longest) < lengths[:, None]


def _unlike(x, pad_value):
    different = x != pad_value
    return different.any(dim=2) if x.ndim == 3 else different


@fails(
    "test_fills_each_row_up_to_the_longest_sequence",
    "test_pads_with_the_value_it_is_given",
    "test_everything_keeps_the_order_of_the_items",
    "test_keeps_the_dtype_of_the_sequences",
    "test_pads_sequences_of_feature_vectors",
    "test_an_empty_sequence_is_a_row_of_padding",
)
def puts_time_first(items, pad_value=0):
    """A model that expects the batch first reads the first tokens of all texts as one
    text."""
    sequences, lengths, labels = _parts(items)
    x = pad_sequence(sequences, padding_value=pad_value)
    return x, lengths, _before_the_end(lengths, len(x)), labels


@fails(
    "test_lengths_count_every_position_of_a_sequence",
    "test_the_mask_is_true_at_real_positions_alone",
)
def counts_what_is_not_padding(items, pad_value=0):
    """A token with the id of the padding makes its text shorter."""
    sequences, _, labels = _parts(items)
    x = pad_sequence(sequences, batch_first=True, padding_value=pad_value)
    lengths = _unlike(x, pad_value).sum(dim=1)
    return x, lengths, _before_the_end(lengths, x.shape[1]), labels


@fails("test_the_mask_is_true_at_real_positions_alone")
def masks_by_the_value(items, pad_value=0):
    """A real token that looks like padding is hidden from the model."""
    sequences, lengths, labels = _parts(items)
    x = pad_sequence(sequences, batch_first=True, padding_value=pad_value)
    return x, lengths, _unlike(x, pad_value), labels


@fails(
    "test_the_mask_is_true_at_real_positions_alone",
    "test_everything_keeps_the_order_of_the_items",
    "test_an_empty_sequence_is_a_row_of_padding",
)
def marks_the_padding(items, pad_value=0):
    """A mean over what the mask marks is a mean over padding."""
    sequences, lengths, labels = _parts(items)
    x = pad_sequence(sequences, batch_first=True, padding_value=pad_value)
    return x, lengths, ~_before_the_end(lengths, x.shape[1]), labels


@fails(
    "test_fills_each_row_up_to_the_longest_sequence",
    "test_pads_with_the_value_it_is_given",
    "test_lengths_count_every_position_of_a_sequence",
    "test_the_mask_is_true_at_real_positions_alone",
    "test_everything_keeps_the_order_of_the_items",
    "test_pads_sequences_of_feature_vectors",
    "test_an_empty_sequence_is_a_row_of_padding",
)
def sorts_by_length(items, pad_value=0):
    """Packing may ask for it. The predictions no longer stand in the order of the
    texts."""
    items = sorted(items, key=lambda item: len(item[0]), reverse=True)
    sequences, lengths, labels = _parts(items)
    x = pad_sequence(sequences, batch_first=True, padding_value=pad_value)
    return x, lengths, _before_the_end(lengths, x.shape[1]), labels


@fails(
    "test_pads_with_the_value_it_is_given",
    "test_pads_sequences_of_feature_vectors",
    "test_an_empty_sequence_is_a_row_of_padding",
)
def pads_with_zero_always(items, pad_value=0):
    """Where 0 is a word, every short text ends in that word."""
    sequences, lengths, labels = _parts(items)
    x = pad_sequence(sequences, batch_first=True)
    return x, lengths, _before_the_end(lengths, x.shape[1]), labels


@fails(
    "test_keeps_the_dtype_of_the_sequences",
    "test_pads_sequences_of_feature_vectors",
)
def takes_everything_for_token_ids(items, pad_value=0):
    """Features are cut down to whole numbers, and no error is raised."""
    sequences, lengths, labels = _parts(items)
    shape = len(items), int(max(lengths)), *sequences[0].shape[1:]
    x = torch.full(shape, int(pad_value))
    for row, sequence in zip(x, sequences, strict=True):
        row[: len(sequence)] = sequence
    return x, lengths, _before_the_end(lengths, x.shape[1]), labels


@fails("test_keeps_the_dtype_of_the_sequences")
def casts_at_the_end(items, pad_value=0):
    """On the way through float32, ids above 16,777,216 become others."""
    sequences, lengths, labels = _parts(items)
    x = pad_sequence(
        [sequence.float() for sequence in sequences],
        batch_first=True,
        padding_value=pad_value,
    )
    mask = _before_the_end(lengths, x.shape[1])
    return x.to(sequences[0].dtype), lengths, mask, labels


@fails("test_pads_sequences_of_feature_vectors")
def measures_the_last_dimension(items, pad_value=0):
    """A vector of features has its own length, and it is not the one that differs."""
    sequences, _, labels = _parts(items)
    x = pad_sequence(sequences, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([sequence.shape[-1] for sequence in sequences])
    return x, lengths, _before_the_end(lengths, x.shape[-1]), labels


@fails("test_an_empty_sequence_is_a_row_of_padding")
def calls_an_empty_text_one_long(items, pad_value=0):
    """Packing accepts the length, and the model reads one token of padding as text."""
    sequences, lengths, labels = _parts(items)
    x = pad_sequence(sequences, batch_first=True, padding_value=pad_value)
    lengths = lengths.clamp(min=1)
    return x, lengths, _before_the_end(lengths, x.shape[1]), labels


@fails("test_the_batch_has_memory_of_its_own")
def stacks_nothing_for_one_item(items, pad_value=0):
    """A batch of one is a view of the dataset: writing into it changes the data."""
    sequences, lengths, labels = _parts(items)
    if len(items) == 1:
        x = sequences[0].unsqueeze(0)
    else:
        x = pad_sequence(sequences, batch_first=True, padding_value=pad_value)
    return x, lengths, _before_the_end(lengths, x.shape[1]), labels


@fails("test_refuses_an_empty_list")
def lets_zip_fail(items, pad_value=0):
    """A sampler that yields an empty batch is told "expected a non-empty list of
    Tensors", of a list that it never wrote."""
    sequences = [sequence for sequence, _ in items]
    labels = torch.tensor([label for _, label in items])
    x = pad_sequence(sequences, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    return x, lengths, _before_the_end(lengths, x.shape[1]), labels
