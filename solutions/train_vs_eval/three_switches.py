"""One flag on modules, two states of autograd, and neither knows of the other.

`eval()` changes what dropout and batch normalisation compute, and records as before.
`no_grad` and `inference_mode` stop the recording, and change nothing that a layer
computes; what the second one made stays out of training for good.
"""

PREDICTIONS: dict[str, object] = {
    "mean_after_no_grad": [10.0],
    "mean_after_eval": [10.0],
    "graph_after_eval": True,
    "mean_after_freezing": [15.0],
    "layer_drops_in_inference_mode": True,
    "layer_drops_after_eval": False,
    "function_drops_after_eval": True,
    "leaf_made_under_no_grad": True,
    "enabled_inside_no_grad": True,
    "enabled_inside_inference_mode": False,
    "training_with_a_raises": False,
    "training_with_b_raises": True,
}
