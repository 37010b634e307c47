"""What an offset and strides can say is a view; the rest is a copy.

Slices, transposes and expansions only change how the storage is read. An index made of
a list or a mask copies, unless it stands to the left of an assignment.
"""

PREDICTIONS: dict[str, object] = {
    "strides": [3, 1],
    "strides_transposed": [1, 3],
    "strides_of_every_other_column": [3, 2],
    "slice_shares": True,
    "list_shares": False,
    "mask_shares": False,
    "view_of_transposed_raises": True,
    "reshape_shares": True,
    "reshape_of_transposed_shares": False,
    "contiguous_shares": True,
    "contiguous_of_transposed_shares": False,
    "row_after_write_to_transposed": [9, 3],
    "row_after_write_to_flattened": [0, 1],
    "after_mul": [1.0, 1.0, 1.0],
    "after_assignment": [5.0, 1.0, 5.0],
    "add_to_expanded_raises": True,
    "other_row_of_expanded": [7.0, 0.0, 0.0],
}
