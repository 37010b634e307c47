"""Near misses of training_loop/train_classifier."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from backprep.testing import fails
from solutions.training_loop.train_classifier import EpochResult


@fails(
    "test_train_loss_is_the_mean_over_examples",
    "test_val_accuracy_is_the_share_of_examples_after_the_epoch",
)
def averages_the_batch_means(
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
    """The few examples of a short last batch count for more than the others."""
    if epochs < 1:
        raise ValueError("epochs must be at least 1")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total, seen = torch.zeros((), device=device), 0
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.detach()
            seen += 1
        if seen == 0:
            raise ValueError("no training batches")
        model.eval()
        correct, count = torch.zeros((), dtype=torch.double, device=device), 0
        with torch.no_grad():
            for x, y in val_loader:
                x = x.to(device, non_blocking=True)
                y = y.to(device, non_blocking=True)
                correct += (model(x).argmax(1) == y).double().mean()
                count += 1
        if count == 0:
            raise ValueError("no validation batches")
        results.append(EpochResult(total.item() / seen, correct.item() / count))
    return results


@fails(
    "test_gives_two_floats_for_each_epoch",
    "test_train_loss_is_the_mean_over_examples",
    "test_val_accuracy_is_the_share_of_examples_after_the_epoch",
    "test_refuses_to_train_on_nothing",
)
def reports_the_sums(
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
    """The loss grows with the number of batches, and the accuracy is a count."""
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total = torch.zeros((), device=device)
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.detach()
        model.eval()
        correct = torch.zeros((), dtype=torch.long, device=device)
        with torch.no_grad():
            for x, y in val_loader:
                x = x.to(device, non_blocking=True)
                y = y.to(device, non_blocking=True)
                correct += (model(x).argmax(1) == y).sum()
        results.append(EpochResult(total.item(), correct.item()))
    return results


@fails(
    "test_takes_the_steps_of_adamw_on_cross_entropy",
    "test_clips_the_norm_of_all_gradients_before_each_step",
    "test_train_loss_is_the_mean_over_examples",
    "test_val_accuracy_is_the_share_of_examples_after_the_epoch",
)
def forgets_to_clear_the_gradients(
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
    """Each step follows the sum of all gradients since the start."""
    if epochs < 1:
        raise ValueError("epochs must be at least 1")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total, seen = torch.zeros((), device=device), 0
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            loss = cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.detach() * len(y)
            seen += len(y)
        if seen == 0:
            raise ValueError("no training batches")
        model.eval()
        correct, count = torch.zeros((), dtype=torch.long, device=device), 0
        with torch.no_grad():
            for x, y in val_loader:
                x = x.to(device, non_blocking=True)
                y = y.to(device, non_blocking=True)
                correct += (model(x).argmax(1) == y).sum()
                count += len(y)
        if count == 0:
            raise ValueError("no validation batches")
        results.append(EpochResult(total.item() / seen, correct.item() / count))
    return results


@fails(
    "test_clips_the_norm_of_all_gradients_before_each_step",
)
def steps_by_unclipped_gradients(
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
    """Clipped before `backward()` or after `step()`, gradients change no step."""
    if epochs < 1:
        raise ValueError("epochs must be at least 1")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total, seen = torch.zeros((), device=device), 0
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            total += loss.detach() * len(y)
            seen += len(y)
        if seen == 0:
            raise ValueError("no training batches")
        model.eval()
        correct, count = torch.zeros((), dtype=torch.long, device=device), 0
        with torch.no_grad():
            for x, y in val_loader:
                x = x.to(device, non_blocking=True)
                y = y.to(device, non_blocking=True)
                correct += (model(x).argmax(1) == y).sum()
                count += len(y)
        if count == 0:
            raise ValueError("no validation batches")
        results.append(EpochResult(total.item() / seen, correct.item() / count))
    return results


@fails(
    "test_clips_the_norm_of_all_gradients_before_each_step",
)
def clips_values(
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
    """No number is above `max_norm`, and the norm of many numbers still may be."""
    if epochs < 1:
        raise ValueError("epochs must be at least 1")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total, seen = torch.zeros((), device=device), 0
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_value_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.detach() * len(y)
            seen += len(y)
        if seen == 0:
            raise ValueError("no training batches")
        model.eval()
        correct, count = torch.zeros((), dtype=torch.long, device=device), 0
        with torch.no_grad():
            for x, y in val_loader:
                x = x.to(device, non_blocking=True)
                y = y.to(device, non_blocking=True)
                correct += (model(x).argmax(1) == y).sum()
                count += len(y)
        if count == 0:
            raise ValueError("no validation batches")
        results.append(EpochResult(total.item() / seen, correct.item() / count))
    return results


@fails(
    "test_takes_the_steps_of_adamw_on_cross_entropy",
)
def clears_only_after_the_step(
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
    """The first step adds whatever the model arrived with."""
    if epochs < 1:
        raise ValueError("epochs must be at least 1")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total, seen = torch.zeros((), device=device), 0
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            loss = cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            optimizer.zero_grad()
            total += loss.detach() * len(y)
            seen += len(y)
        if seen == 0:
            raise ValueError("no training batches")
        model.eval()
        correct, count = torch.zeros((), dtype=torch.long, device=device), 0
        with torch.no_grad():
            for x, y in val_loader:
                x = x.to(device, non_blocking=True)
                y = y.to(device, non_blocking=True)
                correct += (model(x).argmax(1) == y).sum()
                count += len(y)
        if count == 0:
            raise ValueError("no validation batches")
        results.append(EpochResult(total.item() / seen, correct.item() / count))
    return results


@fails(
    "test_iterates_a_loader_without_a_length_once_an_epoch",
)
def takes_a_first_batch_to_look(
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
    """A loader that shuffles gives other orders after it, and workers start twice."""
    if epochs < 1:
        raise ValueError("epochs must be at least 1")
    if next(iter(train_loader), None) is None or next(iter(val_loader), None) is None:
        raise ValueError("a loader without batches")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total, seen = torch.zeros((), device=device), 0
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.detach() * len(y)
            seen += len(y)
        model.eval()
        correct, count = torch.zeros((), dtype=torch.long, device=device), 0
        with torch.no_grad():
            for x, y in val_loader:
                x = x.to(device, non_blocking=True)
                y = y.to(device, non_blocking=True)
                correct += (model(x).argmax(1) == y).sum()
                count += len(y)
        results.append(EpochResult(total.item() / seen, correct.item() / count))
    return results


@fails(
    "test_trains_in_train_mode_and_validates_in_eval_mode_without_a_graph",
)
def sets_train_mode_once(
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
    """From the second epoch on, dropout stays off."""
    if epochs < 1:
        raise ValueError("epochs must be at least 1")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    model.train()
    for _ in range(epochs):
        total, seen = torch.zeros((), device=device), 0
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.detach() * len(y)
            seen += len(y)
        if seen == 0:
            raise ValueError("no training batches")
        model.eval()
        correct, count = torch.zeros((), dtype=torch.long, device=device), 0
        with torch.no_grad():
            for x, y in val_loader:
                x = x.to(device, non_blocking=True)
                y = y.to(device, non_blocking=True)
                correct += (model(x).argmax(1) == y).sum()
                count += len(y)
        if count == 0:
            raise ValueError("no validation batches")
        results.append(EpochResult(total.item() / seen, correct.item() / count))
    return results


@fails(
    "test_trains_in_train_mode_and_validates_in_eval_mode_without_a_graph",
)
def trusts_eval_mode_with_the_gradients(
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
    """Validation saves every activation for a backward pass that never comes."""
    if epochs < 1:
        raise ValueError("epochs must be at least 1")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total, seen = torch.zeros((), device=device), 0
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.detach() * len(y)
            seen += len(y)
        if seen == 0:
            raise ValueError("no training batches")
        model.eval()
        correct, count = torch.zeros((), dtype=torch.long, device=device), 0
        for x, y in val_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            correct += (model(x).argmax(1) == y).sum()
            count += len(y)
        if count == 0:
            raise ValueError("no validation batches")
        results.append(EpochResult(total.item() / seen, correct.item() / count))
    return results


@fails(
    "test_trains_in_train_mode_and_validates_in_eval_mode_without_a_graph",
)
def adds_up_losses_with_their_graphs(
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
    """The sum holds the graph of every step, and memory grows until the epoch ends."""
    if epochs < 1:
        raise ValueError("epochs must be at least 1")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total, seen = torch.zeros((), device=device), 0
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss * len(y)
            seen += len(y)
        if seen == 0:
            raise ValueError("no training batches")
        model.eval()
        correct, count = torch.zeros((), dtype=torch.long, device=device), 0
        with torch.no_grad():
            for x, y in val_loader:
                x = x.to(device, non_blocking=True)
                y = y.to(device, non_blocking=True)
                correct += (model(x).argmax(1) == y).sum()
                count += len(y)
        if count == 0:
            raise ValueError("no validation batches")
        results.append(EpochResult(total.item() / seen, correct.item() / count))
    return results


@fails(
    "test_moves_the_model_and_every_batch_to_the_device",
)
def moves_the_model_and_the_inputs(
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
    """The loss meets targets that are still on the CPU."""
    if epochs < 1:
        raise ValueError("epochs must be at least 1")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total, seen = torch.zeros((), device=device), 0
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.detach() * len(y)
            seen += len(y)
        if seen == 0:
            raise ValueError("no training batches")
        model.eval()
        correct, count = torch.zeros((), dtype=torch.long, device=device), 0
        with torch.no_grad():
            for x, y in val_loader:
                x = x.to(device, non_blocking=True)
                correct += (model(x).argmax(1) == y).sum()
                count += len(y)
        if count == 0:
            raise ValueError("no validation batches")
        results.append(EpochResult(total.item() / seen, correct.item() / count))
    return results


@fails(
    "test_leaves_batches_and_random_numbers_alone",
    "test_iterates_a_loader_without_a_length_once_an_epoch",
    "test_refuses_to_train_on_nothing",
)
def seeds_and_asks_for_lengths(
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
    """A stream has no length, and the caller's random numbers start again."""
    torch.manual_seed(42)
    if epochs < 1 or len(train_loader) == 0 or len(val_loader) == 0:
        raise ValueError("nothing to train on")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    results = []
    for _ in range(epochs):
        model.train()
        total, seen = torch.zeros((), device=device), 0
        for x, y in train_loader:
            x = x.to(device, non_blocking=True)
            y = y.to(device, non_blocking=True)
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.detach() * len(y)
            seen += len(y)
        model.eval()
        correct, count = torch.zeros((), dtype=torch.long, device=device), 0
        with torch.no_grad():
            for x, y in val_loader:
                x = x.to(device, non_blocking=True)
                y = y.to(device, non_blocking=True)
                correct += (model(x).argmax(1) == y).sum()
                count += len(y)
        results.append(EpochResult(total.item() / seen, correct.item() / count))
    return results
