"""Each line reads what the line before it wrote, and nothing is left over.

Gradients are cleared for each batch and modes are set in each epoch, because both stay
until somebody changes them. The loss takes logits, the clip comes before the step that
reads the gradients, and the schedule moves after the steps that it has decided.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler


def fit(
    model: nn.Module,
    train_batches: list[tuple[Tensor, Tensor]],
    val_batches: list[tuple[Tensor, Tensor]],
    optimizer: Optimizer,
    scheduler: LRScheduler,
    *,
    epochs: int,
    max_norm: float,
) -> tuple[list[float], list[float]]:
    """Train the model; each epoch's training loss and validation accuracy."""
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        total, examples = 0.0, 0
        for inputs, targets in train_batches:
            optimizer.zero_grad()
            loss = cross_entropy(model(inputs), targets)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.item() * len(targets)
            examples += len(targets)
        losses.append(total / examples)
        scheduler.step()
        model.eval()
        correct, examples = 0, 0
        with torch.no_grad():
            for inputs, targets in val_batches:
                correct += int((model(inputs).argmax(dim=1) == targets).sum())
                examples += len(targets)
        accuracies.append(correct / examples)
    return losses, accuracies
