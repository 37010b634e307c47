"""Autocast chooses by operation and device; what it does not list keeps its dtype.

On the CPU matrix products and their like go down, and losses go up with a few other
operations. A softmax is on neither list and stays where its input is. Parameters and
their gradients are float32 throughout. float16 is short of range, bfloat16 of digits.
"""

PREDICTIONS: dict[str, object] = {
    "logits": "bfloat16",
    "softmax": "bfloat16",
    "layer_norm": "bfloat16",
    "total": "bfloat16",
    "loss": "float32",
    "logits_plus_ones": "float32",
    "weight_grad": "float32",
    "large": "inf",
    "small": 0.0,
    "one_more": 256.0,
}
