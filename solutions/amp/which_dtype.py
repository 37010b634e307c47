"""Autocast chooses by operation and device; what it does not list keeps its dtype.

On the CPU only matrix products and their like go down and only losses go up, so a
softmax stays where its input is. Parameters and gradients are float32 throughout.
float16 is short of range, and bfloat16 of digits.
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
