"""Align at the right, and stretch what is 1.

A missing dimension counts as 1, and only a 1 stretches, be it to 0. That the shapes fit
does not mean that the values belong together: a column against a row makes all pairs.
"""

PREDICTIONS: dict[str, object] = {
    "column_plus_row": [4, 3],
    "images_minus_mean_raises": True,
    "mean_for_each_channel": [2, 3, 5, 5],
    "no_rows": [0, 4],
    "no_values_raises": True,
    "loss_of_column_and_row": 12.0,
    "loss_of_two_rows": 0.0,
    "first_row_over_sums": [0.5, 0.25],
    "add_in_place_raises": True,
    "matrix_products": [8, 5, 3, 2],
    "gradient_of_bias": [5.0, 5.0, 5.0],
}
