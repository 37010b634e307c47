"""Category first, then width, and not all operands have the same say.

Tensors with dimensions come before those without, and these before Python's numbers. In
place the dtype stays, and an assignment casts whatever it is given.
"""

PREDICTIONS: dict[str, object] = {
    "ints_and_number": "float32",
    "half_and_number": "float16",
    "half_and_ints": "float16",
    "half_and_bfloat16": "float32",
    "floats_and_no_dimension": "float32",
    "floats_and_one_element": "float64",
    "ints_and_no_dimension": "float64",
    "divided": [3.5, -3.5],
    "floor_divided": [3, -4],
    "remainder": [1, 1],
    "truncated": [3, -3],
    "sum_of_bools": 2,
    "bools_added": "bool",
    "mean_of_bools_raises": True,
    "brighter": [44],
    "sum_of_pixels": 400,
    "float_into_ints_raises": True,
    "half_after_add": "float16",
    "ints_after_assignment": [2, -7],
    "product_raises": True,
}
