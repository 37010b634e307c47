"""Clear, forward, backward, clip, step; then validate without a graph.

Both numbers are sums over examples, divided once: a mean of batch means would
count the examples of a short last batch for more than the others. The sums stay
on the device, so that no step waits to be read. Modes stay until they are
changed, so each epoch sets both.
"""

from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy


class EpochResult(NamedTuple):
    """What one epoch of training came to."""

    train_loss: float
    val_accuracy: float


def train_classifier(
    model: nn.Module,
    train_loader: Iterable[tuple[Tensor, Tensor]],
    val_loader: Iterable[tuple[Tensor, Tensor]],
    *,
    epochs: int,
    lr: float = 1e-3,
    weight_decay: float = 0.01,
    max_norm: float = 1.0,
    device: torch.device | str = "cpu",
) -> list[EpochResult]:
    """Train `model` in place, and say how each epoch went."""
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, not {epochs}")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        train_loss = _train(model, train_loader, optimizer, max_norm, device)
        results.append(EpochResult(train_loss, _accuracy(model, val_loader, device)))
    return results


def _train(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    device: torch.device | str,
) -> float:
    """One epoch; the mean loss over its examples."""
    model.train()
    total, examples = torch.zeros((), device=device), 0
    for inputs, targets in loader:
        inputs = inputs.to(device, non_blocking=True)
        targets = targets.to(device, non_blocking=True)
        optimizer.zero_grad()
        loss = cross_entropy(model(inputs), targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        optimizer.step()
        total += loss.detach() * len(targets)
        examples += len(targets)
    if not examples:
        raise ValueError("the training loader gave no batches")
    return total.item() / examples


@torch.no_grad()
def _accuracy(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    device: torch.device | str,
) -> float:
    """The share of all examples that the model gets right."""
    model.eval()
    correct, examples = torch.zeros((), dtype=torch.long, device=device), 0
    for inputs, targets in loader:
        inputs = inputs.to(device, non_blocking=True)
        targets = targets.to(device, non_blocking=True)
        correct += (model(inputs).argmax(dim=-1) == targets).sum()
        examples += len(targets)
    if not examples:
        raise ValueError("the validation loader gave no batches")
    return correct.item() / examples
