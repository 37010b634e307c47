import pytest
import torch
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.data_loading.pad_collate import pad_collate


def ids(*numbers):
    return torch.tensor(numbers, dtype=torch.int64)


def words():
    """Three texts; none of them contains a 0."""
    return [(ids(4, 9), 2), (ids(7, 1, 3), 0), (ids(8), 1)]


@prompt_says(
    "Row `i` is sequence `i`, and after its end `pad_value`, up to the longest "
    "sequence of this batch."
)
def test_fills_each_row_up_to_the_longest_sequence():
    """One row for each sequence, as wide as this batch needs and no wider."""
    x = pad_collate(words())[0]
    assert x.tolist() == [[4, 9, 0], [7, 1, 3], [8, 0, 0]], f"x is {x.tolist()}"
    shorter = pad_collate(words()[:1])[0]
    assert shorter.tolist() == [[4, 9]], f"one text alone gave {shorter.tolist()}"


@pytest.mark.parametrize("pad_value", [-1, 9])
@prompt_says("after its end `pad_value`")
def test_pads_with_the_value_it_is_given(pad_value):
    """0 is only the default: a vocabulary may keep its padding under another id."""
    x = pad_collate(words(), pad_value=pad_value)[0]
    found = [x[0, 2:].tolist(), x[2, 1:].tolist()]
    assert found == [[pad_value], [pad_value] * 2], f"{pad_value} was asked: {found}"


TRICKY = [(ids(0, 5, 0), 1), (ids(0), 0), (ids(3, 0, 0, 0), 2)]


@prompt_says(
    "`lengths` is int64 of shape `(batch,)`: how long each sequence was.",
    "The value `pad_value` may also occur inside a sequence, at its end too. It is "
    "real there.",
)
def test_lengths_count_every_position_of_a_sequence():
    """How long a sequence is can be asked only before it is padded."""
    for pad_value in (0, 5):
        lengths = pad_collate(TRICKY, pad_value)[1]
        assert lengths.dtype == torch.int64, f"the lengths are {lengths.dtype}"
        assert lengths.tolist() == [3, 1, 4], f"the lengths are {lengths.tolist()}"


@prompt_says(
    "`mask` is bool of shape `(batch, longest)`: `True` where `x` holds a real "
    "position and `False` where it holds padding."
)
def test_the_mask_is_true_at_real_positions_alone():
    """A value cannot tell whether it is real; its position can. Which ones are True?"""
    expected = torch.arange(4).expand(3, 4) < torch.tensor([[3], [1], [4]])
    for pad_value in (0, 5):
        mask = pad_collate(TRICKY, pad_value)[2]
        assert mask.dtype == torch.bool, f"the mask is {mask.dtype}"
        assert mask.shape == (3, 4), f"the mask has the shape {tuple(mask.shape)}"
        rows = mask.int().tolist()
        assert torch.equal(mask, expected), f"for lengths of 3, 1, 4 it is {rows}"


@prompt_says(
    "All four keep the order of `items`.",
    "`labels` is int64 of shape `(batch,)`.",
)
def test_everything_keeps_the_order_of_the_items():
    """Whoever compares a prediction with its text later counts on the order."""
    x, lengths, mask, labels = pad_collate(words())
    assert labels.dtype == torch.int64, f"the labels are {labels.dtype}"
    assert labels.shape == (3,), f"the labels have the shape {tuple(labels.shape)}"
    firsts, real = x[:, 0].tolist(), mask.sum(dim=1).tolist()
    assert firsts == [4, 7, 8], f"the rows of x begin with {firsts}, not with 4, 7, 8"
    assert labels.tolist() == [2, 0, 1], f"labels 2, 0, 1 are now {labels.tolist()}"
    assert lengths.tolist() == [2, 3, 1], f"the lengths are {lengths.tolist()}"
    assert real == [2, 3, 1], f"the rows of the mask have {real} times True"


DTYPES = [torch.float32, torch.float64, torch.int16, torch.int64]


@pytest.mark.parametrize("dtype", DTYPES)
@prompt_says(
    "the dtype of the sequences, whatever that is. Row `i` is sequence `i`",
)
def test_keeps_the_dtype_of_the_sequences(dtype):
    """Frames of a recording are not token ids: take the dtype from the sequences."""
    long, short = (torch.arange(5).to(dtype) / 3).to(dtype), torch.ones(2, dtype=dtype)
    if dtype == torch.int64:
        long = torch.arange(5) + 2**53  # a double skips every other one
    items = [(long, 2**24 + 1), (short, 1)]
    x, _, _, labels = pad_collate(items)
    assert labels[0] == 2**24 + 1, f"the label {2**24 + 1} is now {labels[0]}"
    assert x.dtype == dtype, f"{dtype} came back as {x.dtype}"
    off = (x[0] - long).abs().max().item()
    assert off == 0, f"of {dtype}, the numbers in x are off by up to {off:.1g}"


@prompt_says(
    "`x` has the shape `(batch, longest)` or `(batch, longest, features)`",
    "`mask` is bool of shape `(batch, longest)`",
)
def test_pads_sequences_of_feature_vectors():
    """Time is the dimension that differs; the mask says which times are real."""
    frames = [torch.randn(2, 3), torch.randn(4, 3), torch.randn(1, 3)]
    x, lengths, mask, _ = pad_collate([(f, 0) for f in frames], pad_value=0.5)
    assert x.shape == (3, 4, 3), f"x has the shape {tuple(x.shape)}"
    assert lengths.tolist() == [2, 4, 1], f"the lengths are {lengths.tolist()}"
    assert mask.shape == (3, 4), f"the mask has the shape {tuple(mask.shape)}"
    for row, sequence in zip(x, frames, strict=True):
        padded = torch.cat([sequence, torch.full((4 - len(sequence), 3), 0.5)])
        assert_close(row, padded)


@prompt_says(
    "A sequence may be empty: its length is 0 and its row is padding alone. If all of "
    "them are, `longest` is 0."
)
def test_an_empty_sequence_is_a_row_of_padding():
    """Nothing is a length too, and a mask can be False everywhere."""
    x, lengths, mask, _ = pad_collate([(ids(), 0), (ids(6, 2), 1)], pad_value=5)
    assert x.tolist() == [[5, 5], [6, 2]], f"x is {x.tolist()}"
    assert lengths.tolist() == [0, 2], f"the lengths are {lengths.tolist()}"
    assert mask.tolist() == [[False] * 2, [True] * 2], f"the mask is {mask.tolist()}"
    x, lengths, mask, _ = pad_collate([(ids(), 0), (ids(), 1)])
    shapes = tuple(x.shape), tuple(mask.shape)
    assert shapes == ((2, 0), (2, 0)), f"x and mask of two empty texts: {shapes}"


@prompt_says("An empty list raises `ValueError`.")
def test_refuses_an_empty_list():
    """Say that there is nothing to batch, instead of failing on the way."""
    with pytest.raises(ValueError):
        pad_collate([])


@pytest.mark.parametrize("lengths", [(3,), (3, 3), (2, 3)])
@prompt_says("The sequences are left as they were, and `x` shares no memory with them.")
def test_the_batch_has_memory_of_its_own(lengths):
    """Whoever writes into a batch, to mask some tokens, must not change the data."""
    items = [(torch.ones(length), 0) for length in lengths]
    given = list(items)
    pad_collate(items)[0].fill_(7)
    assert items == given, "your function changed the list of items"
    found = [sequence.tolist() for sequence, _ in items]
    assert found == [[1.0] * n for n in lengths], f"after writing to x: {found}"
