"""A class is drawn as often as the weights of its examples add up to.

So an example weighs the share of its class, divided by the number of examples among
which the class has to share it. `unique` gives the counts and finds the class of each
example, whatever ints the classes are named by.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.utils.data import Sampler, WeightedRandomSampler


def example_weights(
    labels: Sequence[int] | Tensor, shares: Mapping[int, float] | None = None
) -> Tensor:
    """The probability of each example."""
    if not len(labels):
        raise ValueError("there are no labels")
    classes, positions, counts = torch.unique(
        torch.as_tensor(labels), return_inverse=True, return_counts=True
    )
    names = classes.tolist()
    if shares is None:
        shares = dict.fromkeys(names, 1)
    if set(shares) != set(names):
        raise ValueError(f"shares of {sorted(shares)} for the classes {names}")
    wanted = torch.tensor([shares[name] for name in names], dtype=torch.float64)
    if (wanted < 0).any() or not wanted.any():
        raise ValueError("shares must not be negative, nor all of them 0")
    return (wanted / wanted.sum() / counts)[positions]


def balanced_sampler(
    labels: Sequence[int] | Tensor,
    shares: Mapping[int, float] | None = None,
    *,
    num_samples: int | None = None,
    generator: torch.Generator | None = None,
) -> Sampler[int]:
    """Draws indices by these probabilities, with replacement."""
    if num_samples is None:
        num_samples = len(labels)
    weights = example_weights(labels, shares)
    return WeightedRandomSampler(weights.tolist(), num_samples, generator=generator)
