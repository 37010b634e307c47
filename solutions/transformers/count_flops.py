"""Two operations for each weight and token, and attention on top.

A linear layer shows every weight to every token. Attention makes two products of each
pair of tokens, over the whole width, and one score for each pair and head.
"""

PREDICTIONS: dict[str, object] = {
    "parameters": 1220,
    "projections": 12000,
    "attention": 1000,
    "scores": 50,
    "projections_twice_as_long": 24000,
    "attention_twice_as_long": 4000,
    "scores_twice_as_long": 200,
    "attention_five_heads": 1000,
    "scores_five_heads": 125,
    "backward": 26000,
    "outputs_of_projections": 450,
    "length_of_equal_work": 60,
    "embedding": 0,
    "head": 10000,
}
