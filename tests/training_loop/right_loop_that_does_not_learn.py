"""Other right answers to training_loop/loop_that_does_not_learn."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy, log_softmax, nll_loss


def gives_each_half_a_function(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """Each half begins with its own mode, so no order of calls can get that wrong. The
    loop is a few lines, and whoever looks for a bug looks in three places."""

    def train():
        model.train()
        total = torch.zeros((), dtype=torch.float64)
        for inputs, targets in train_batches:
            loss = cross_entropy(model(inputs), targets, reduction="sum")
            optimizer.zero_grad()
            (loss / len(targets)).backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.detach().cpu()
        return total.item() / sum(len(targets) for _, targets in train_batches)

    @torch.inference_mode()
    def validate():
        model.eval()
        right = [(model(x).argmax(dim=-1) == y) for x, y in val_batches]
        return torch.cat(right).double().mean().item()

    results = []
    for _ in range(epochs):
        loss = train()
        scheduler.step()
        results.append((loss, validate()))
    losses, accuracies = zip(*results, strict=True)
    return list(losses), list(accuracies)


def takes_the_logarithm_itself(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """`nll_loss` takes log-probabilities, so here a `log_softmax` is in its place. Two
    calls do what `cross_entropy` does in one, and the pair must stay together."""
    losses, accuracies = [], []
    for _ in range(epochs):
        losses_seen, right = [], []
        model.train()
        for inputs, targets in train_batches:
            loss = nll_loss(log_softmax(model(inputs), dim=1), targets)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            optimizer.zero_grad()
            losses_seen += [loss.item()] * len(targets)
        scheduler.step()
        model.eval()
        for inputs, targets in val_batches:
            with torch.no_grad():
                right += (model(inputs).argmax(dim=1) == targets).tolist()
        losses.append(sum(losses_seen) / len(losses_seen))
        accuracies.append(sum(right) / len(right))
    return losses, accuracies
