"""TensorFlow runs the Python once for a kind of call, and keeps what it traced.

What is not a tensor is a constant of that trace. `torch.compile` keeps the Python
around its graphs, looks at what a graph took for granted on each call, and makes its
second graph a general one.
"""

PREDICTIONS: dict[str, object] = {
    "torch_ran": 3,
    "torch_graphs_of_tensors": 1,
    "torch_with_another_rate": 10.0,
    "torch_repeats_its_noise": False,
    "torch_branches_run": 1,
    "torch_graphs_of_numbers": 2,
    "torch_graphs_of_shapes": 2,
    "tensorflow_ran": 1,
    "tensorflow_graphs_of_tensors": 1,
    "tensorflow_with_another_rate": 2.0,
    "tensorflow_repeats_its_noise": True,
    "tensorflow_branches_run": 2,
    "tensorflow_graphs_of_numbers": 4,
    "tensorflow_graphs_of_shapes": 4,
}
