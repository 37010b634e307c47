"""Gradients add up in the leaves until somebody takes them away.

A graph serves one pass unless it is retained. What it saved for that pass is no
copy: a counted edit of it is refused, and one through `.data` goes unnoticed.
"""

PREDICTIONS: dict[str, object] = {
    "after_two_passes": [4.0, 8.0],
    "grad_of_y": None,
    "third_pass_raises": True,
    "after_set_to_none_false": [0.0, 0.0],
    "after_zero_grad": None,
    "edit_under_no_grad_raises": True,
    "edit_through_data": 20.0,
}
