"""Sort once, cut in the sorted order, and put everything back.

Sorted stably from high to low, top-k keeps the first k, and the nucleus keeps each
token before which the sum has not reached p. The largest logit is taken off before
the division, so that a small temperature cannot overflow.
"""

import math

import torch
from torch import Generator, Tensor


def next_distribution(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> Tensor:
    """The probabilities of the next token, after temperature, top-k and top-p."""
    if not temperature >= 0:
        raise ValueError(f"temperature must be 0 or more, not {temperature}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k must be 1 or more, not {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, not {top_p}")
    if logits.dtype in (torch.bfloat16, torch.float16):
        logits = logits.float()
    scores, order = logits.sort(dim=-1, descending=True, stable=True)
    scores = scores - scores[:, :1]
    if temperature == 0:
        top_k = 1
    else:
        scores = scores / temperature
    if top_k is not None:
        scores[:, top_k:] = -math.inf
    probabilities = scores.softmax(dim=-1)
    if top_p is not None and top_p < 1:
        reached = probabilities.cumsum(dim=-1)[:, :-1] >= top_p
        probabilities[:, 1:][reached] = 0
        probabilities /= probabilities.sum(dim=-1, keepdim=True)
    return torch.empty_like(probabilities).scatter_(-1, order, probabilities)


def sample_next(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: Generator | None = None,
) -> Tensor:
    """One token for each row, drawn from its distribution."""
    probabilities = next_distribution(logits, temperature, top_k, top_p)
    return torch.multinomial(probabilities, 1, generator=generator).squeeze(1)
