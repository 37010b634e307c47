"""Each position predicts the token after it.

So the logits lose their last position and the tokens their first, and a pair
counts if both of its ends are real. Sums and counts are kept apart until the end:
a mean of means would weigh short rows and small batches too much.
"""

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy


def next_token_loss(logits: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
    """The mean cross-entropy of the next token, over all pairs that count."""
    total, pairs = _summed_loss(logits, tokens, mask)
    return total / max(pairs, 1)


@torch.no_grad()
def perplexity(model: nn.Module, batches: Iterable[tuple[Tensor, Tensor]]) -> float:
    """The exponential of the mean loss over all pairs of all batches."""
    total, pairs = 0.0, 0
    for tokens, mask in batches:
        loss, more = _summed_loss(model(tokens), tokens, mask)
        total += loss.item()
        pairs += more
    if not pairs:
        raise ValueError("there is no pair of neighbouring tokens in these batches")
    return math.exp(total / pairs)


def _summed_loss(logits: Tensor, tokens: Tensor, mask: Tensor) -> tuple[Tensor, int]:
    if not logits.shape[:2] == tokens.shape == mask.shape:
        shapes = [tuple(t.shape) for t in (logits, tokens, mask)]
        raise ValueError(f"logits, tokens and mask do not fit: {shapes}")
    if logits.dtype in (torch.bfloat16, torch.float16):
        logits = logits.float()
    real = mask[:, :-1] & mask[:, 1:]
    scores, targets = logits[:, :-1][real], tokens[:, 1:][real]
    return cross_entropy(scores, targets, reduction="sum"), len(targets)
