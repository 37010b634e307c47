"""Count what each layer multiplies by and adds; count tensors, not names.

A weight has an entry for each pair of an input and an output. An LSTM holds four such
sets, for the input and for the state. Running statistics are stored, and not learned.
"""

PREDICTIONS: dict[str, object] = {
    "linear": 55,
    "conv": 224,
    "embedding": 40,
    "norm": 12,
    "norm_buffers": 13,
    "lstm": 200,
    "deep_lstm": 1080,
    "two_heads": 288,
    "four_heads": 288,
    "tied": 50,
    "stack": 20,
    "stack_state": 40,
    "all": 29,
    "trained": 14,
}
