"""Near misses of training_loop/loop_that_does_not_learn."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from backprep.testing import fails


@fails(
    "test_each_batch_is_a_step_along_its_own_gradient",
    "test_every_epoch_has_its_own_learning_rate",
    "test_every_epoch_trains_in_train_mode",
    "test_no_step_is_longer_than_the_clip_allows",
    "test_the_loss_is_that_of_the_logits",
    "test_the_numbers_are_means_over_the_examples",
)
def mends_nothing(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """The weights stay as they are, which hides the other four bugs."""
    losses, accuracies = [], []
    model.train()
    for _ in range(epochs):
        scheduler.step()
        total, examples = 0.0, 0
        for inputs, targets in train_batches:
            probabilities = model(inputs).softmax(dim=1)
            loss = cross_entropy(probabilities, targets)
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            total += loss.item() * len(targets)
            examples += len(targets)
        losses.append(total / examples)
        model.eval()
        correct, examples = 0, 0
        with torch.no_grad():
            for inputs, targets in val_batches:
                correct += int((model(inputs).argmax(dim=1) == targets).sum())
                examples += len(targets)
        accuracies.append(correct / examples)
    return losses, accuracies


@fails(
    "test_each_batch_is_a_step_along_its_own_gradient",
    "test_the_loss_is_that_of_the_logits",
    "test_the_numbers_are_means_over_the_examples",
)
def feeds_probabilities_to_the_loss(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """Cross-entropy applies log-softmax itself: with three classes it stops at 0.55."""
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        total, examples = 0.0, 0
        for inputs, targets in train_batches:
            optimizer.zero_grad()
            probabilities = model(inputs).softmax(dim=1)
            loss = cross_entropy(probabilities, targets)
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


@fails(
    "test_each_batch_is_a_step_along_its_own_gradient",
    "test_no_step_is_longer_than_the_clip_allows",
    "test_the_numbers_are_means_over_the_examples",
)
def clears_the_gradients_before_the_step(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """The optimizer finds no gradients, and the weights stay as they are."""
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        total, examples = 0.0, 0
        for inputs, targets in train_batches:
            loss = cross_entropy(model(inputs), targets)
            loss.backward()
            optimizer.zero_grad()
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


@fails("test_no_step_is_longer_than_the_clip_allows")
def steps_along_the_unclipped_gradient(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """A clip after the step is too late: one bad batch has thrown the weights far."""
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        total, examples = 0.0, 0
        for inputs, targets in train_batches:
            optimizer.zero_grad()
            loss = cross_entropy(model(inputs), targets)
            loss.backward()
            optimizer.step()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
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


@fails("test_every_epoch_has_its_own_learning_rate")
def moves_the_schedule_first(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """The first rate is never used: every epoch trains with the rate of the next."""
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        scheduler.step()
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
        model.eval()
        correct, examples = 0, 0
        with torch.no_grad():
            for inputs, targets in val_batches:
                correct += int((model(inputs).argmax(dim=1) == targets).sum())
                examples += len(targets)
        accuracies.append(correct / examples)
    return losses, accuracies


@fails("test_every_epoch_trains_in_train_mode")
def trains_in_eval_mode_from_the_second_epoch(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """After the first epoch, dropout is off and batch norm's statistics stand still."""
    losses, accuracies = [], []
    model.train()
    for _ in range(epochs):
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


@fails("test_each_batch_is_a_step_along_its_own_gradient")
def never_clears_the_gradients(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """Each step goes along the sum of all gradients so far."""
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        total, examples = 0.0, 0
        for inputs, targets in train_batches:
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


@fails("test_every_epoch_has_its_own_learning_rate")
def moves_the_schedule_with_every_batch(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """The learning rate is almost zero before the first epoch ends."""
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
            scheduler.step()
            total += loss.item() * len(targets)
            examples += len(targets)
        losses.append(total / examples)
        model.eval()
        correct, examples = 0, 0
        with torch.no_grad():
            for inputs, targets in val_batches:
                correct += int((model(inputs).argmax(dim=1) == targets).sum())
                examples += len(targets)
        accuracies.append(correct / examples)
    return losses, accuracies


@fails("test_validates_in_eval_mode_without_a_graph")
def never_goes_to_eval_mode(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """Validation runs with dropout, and moves the statistics of batch norm."""
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
        correct, examples = 0, 0
        with torch.no_grad():
            for inputs, targets in val_batches:
                correct += int((model(inputs).argmax(dim=1) == targets).sum())
                examples += len(targets)
        accuracies.append(correct / examples)
    return losses, accuracies


@fails("test_the_numbers_are_means_over_the_examples")
def averages_the_batches(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """An example of a short last batch counts for several others."""
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        total = 0.0
        for inputs, targets in train_batches:
            optimizer.zero_grad()
            loss = cross_entropy(model(inputs), targets)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            total += loss.item()
        losses.append(total / len(train_batches))
        scheduler.step()
        model.eval()
        share = 0.0
        with torch.no_grad():
            for inputs, targets in val_batches:
                right = model(inputs).argmax(dim=1) == targets
                share += right.float().mean().item()
        accuracies.append(share / len(val_batches))
    return losses, accuracies


@fails("test_returns_plain_numbers")
def keeps_the_losses_as_tensors(
    model, train_batches, val_batches, optimizer, scheduler, *, epochs, max_norm
):
    """The graph's nodes of every step stay alive to the end."""
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
            total += loss * len(targets)
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
