"""What the pages on text generation say about PyTorch."""

import math

import torch
from torch.nn.functional import cross_entropy


def test_cross_entropy_of_nothing_is_nan():
    """A mean over no targets, or over ignored ones alone, is 0 / 0."""
    assert cross_entropy(torch.zeros(0, 5), torch.zeros(0, dtype=torch.long)).isnan()
    assert cross_entropy(torch.zeros(2, 5), torch.tensor([-100, -100])).isnan()


def test_a_mean_of_perplexities_is_too_high():
    """The exponential is convex: equal batches do not help."""
    losses = torch.tensor([1.0, 2.0, 4.0])
    assert losses.exp().mean() > losses.mean().exp()


def test_logits_are_large():
    """8 texts of 4,096 tokens and 128,000 logits each take 16.8 GB in float32."""
    assert round(8 * 4096 * 128_000 * 4 / 1e9, 1) == 16.8


def test_cross_entropy_stays_in_half_precision():
    """The loss of bfloat16 logits is bfloat16, whose steps near 2 are wide."""
    logits = torch.zeros(1, 10, dtype=torch.bfloat16)
    loss = cross_entropy(logits, torch.tensor([0]))
    assert loss.dtype == torch.bfloat16
    assert abs(loss.item() - math.log(10)) > 0.002
