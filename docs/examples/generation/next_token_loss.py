import math

import torch
from torch.nn.functional import cross_entropy

from solutions.generation.next_token_loss import next_token_loss

# a model that is sure of whatever its position holds: it repeats its input
tokens = torch.tensor([[3, 1, 4, 1, 2], [2, 4, 0, 0, 0]])  # 0 is padding
mask = torch.tensor([[True] * 5, [True, True, False, False, False]])
logits = 4.0 * torch.nn.functional.one_hot(tokens, 5)

shifted = logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten()
print(f"not shifted:       {cross_entropy(logits[mask], tokens[mask]):.3f}")
print(f"padding included:  {cross_entropy(*shifted):.3f}")
print(f"the pairs of text: {next_token_loss(logits, tokens, mask):.3f}")
print(f"knowing nothing:   {math.log(5):.3f}")

nothing = next_token_loss(logits[:, :1], tokens[:, :1], mask[:, :1])
print(
    "no pair:", nothing.item(), "and not", cross_entropy(logits[0, :0], tokens[0, :0])
)
