"""Other right answers to training_loop/train_classifier."""

import torch
from torch import nn

from solutions.training_loop.train_classifier import EpochResult


def reads_the_numbers_at_every_step(
    model,
    train_loader,
    val_loader,
    *,
    epochs,
    lr=1e-3,
    weight_decay=0.01,
    max_norm=1.0,
    device="cpu",
):
    """Plain numbers leave nothing to detach or to keep on a device, and a loss of NaN
    can be seen in the step that made it. On a GPU each `item()` waits until the device
    has computed the loss."""
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, not {epochs}")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total, seen = 0.0, 0
        for inputs, targets in train_loader:
            inputs, targets = inputs.to(device), targets.to(device)
            loss = nn.functional.cross_entropy(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.item() * len(targets)
            seen += len(targets)
        if seen == 0:
            raise ValueError("train_loader gave no batches")
        model.eval()
        right, count = 0, 0
        with torch.inference_mode():
            for inputs, targets in val_loader:
                logits = model(inputs.to(device))
                right += (logits.argmax(1) == targets.to(device)).sum().item()
                count += len(targets)
        if count == 0:
            raise ValueError("val_loader gave no batches")
        results.append(EpochResult(total / seen, right / count))
    return results


class _Mean:
    """A mean over examples, fed batch by batch."""

    def __init__(self, name):
        self.name, self.total, self.count = name, 0.0, 0

    def add(self, mean, count):
        self.total += mean * count
        self.count += count

    def read(self):
        if self.count == 0:
            raise ValueError(f"the {self.name} loader is empty")
        return self.total / self.count


def feeds_meters(
    model,
    train_loader,
    val_loader,
    *,
    epochs,
    lr=1e-3,
    weight_decay=0.01,
    max_norm=1.0,
    device="cpu",
):
    """A class weighs each batch by its size, and the loop reads like the prompt.
    Another metric is one more line; for two numbers, the class is more to read than it
    saves."""
    if epochs < 1:
        raise ValueError("train for at least one epoch")
    model = model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        loss_meter, accuracy_meter = _Mean("training"), _Mean("validation")
        model.train()
        for inputs, targets in train_loader:
            inputs, targets = inputs.to(device), targets.to(device)
            model.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            loss_meter.add(loss.item(), targets.size(0))
        train_loss = loss_meter.read()
        model.eval()
        for inputs, targets in val_loader:
            inputs, targets = inputs.to(device), targets.to(device)
            with torch.no_grad():
                hits = model(inputs).argmax(dim=1).eq(targets)
            accuracy_meter.add(hits.double().mean().item(), targets.size(0))
        results.append(EpochResult(train_loss, accuracy_meter.read()))
    return results


def runs_both_phases_in_one_function(
    model,
    train_loader,
    val_loader,
    *,
    epochs,
    lr=1e-3,
    weight_decay=0.01,
    max_norm=1.0,
    device="cpu",
):
    """Mode, graph and step hang on one flag, so that training and validation cannot
    drift apart. Each computes a number that nobody asked for, and the flag is in every
    reader's way."""
    if epochs < 1:
        raise ValueError(f"epochs={epochs}")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)

    def run(loader, training):
        model.train(training)
        loss_sum, right, count = 0.0, 0, 0
        with torch.set_grad_enabled(training):
            for inputs, targets in loader:
                inputs, targets = inputs.to(device), targets.to(device)
                logits = model(inputs)
                loss = nn.functional.cross_entropy(logits, targets, reduction="sum")
                if training:
                    optimizer.zero_grad()
                    (loss / len(targets)).backward()
                    nn.utils.clip_grad_norm_(model.parameters(), max_norm)
                    optimizer.step()
                loss_sum += loss.item()
                right += (logits.argmax(1) == targets).sum().item()
                count += len(targets)
        if count == 0:
            raise ValueError(f"no batches to {'train' if training else 'validate'} on")
        return loss_sum / count, right / count

    return [
        EpochResult(run(train_loader, True)[0], run(val_loader, False)[1])
        for _ in range(epochs)
    ]


def writes_the_norm_and_the_loss_out(
    model,
    train_loader,
    val_loader,
    *,
    epochs,
    lr=1e-3,
    weight_decay=0.01,
    max_norm=1.0,
    device="cpu",
):
    """The loss is the negative log-probability of the target, and the norm is at hand
    to be logged. PyTorch's own calls do the same, and take a weight for each class and
    label smoothing too."""
    if epochs < 1:
        raise ValueError("epochs must be positive")
    model.to(device)
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        losses, sizes = [], []
        for inputs, targets in train_loader:
            targets = targets.to(device)
            logp = model(inputs.to(device)).log_softmax(1)
            loss = -logp.gather(1, targets[:, None]).mean()
            for parameter in parameters:
                parameter.grad = None
            loss.backward()
            gradients = [p.grad for p in parameters if p.grad is not None]
            norm = torch.stack([g.square().sum() for g in gradients]).sum().sqrt()
            for gradient in gradients:
                gradient *= (max_norm / (norm + 1e-6)).clamp(max=1)
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(targets))
        if not sizes:
            raise ValueError("there is nothing to train on")
        model.eval()
        hits = []
        with torch.no_grad():
            for inputs, targets in val_loader:
                best = model(inputs.to(device)).max(1).indices
                hits += best.eq(targets.to(device)).tolist()
        if not hits:
            raise ValueError("there is nothing to validate on")
        pairs = zip(losses, sizes, strict=True)
        train_loss = sum(loss * size for loss, size in pairs) / sum(sizes)
        results.append(EpochResult(train_loss, sum(hits) / len(hits)))
    return results
