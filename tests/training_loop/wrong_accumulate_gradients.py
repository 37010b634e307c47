"""Near misses of training_loop/accumulate_gradients."""

import torch

from backprep.testing import fails


@fails(
    "test_equal_batches_leave_the_gradient_of_one_pass",
    "test_a_smaller_batch_counts_for_less",
    "test_a_wider_batch_counts_for_no_more",
    "test_returns_the_mean_loss_over_all_examples",
    "test_keeps_double_precision",
)
def adds_up_the_batch_means(model, loss_fn, batches):
    """Three batches, a gradient three times too large."""
    total = 0.0
    for inputs, targets in batches:
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        total += loss.detach()
    return total / len(batches)


@fails(
    "test_a_smaller_batch_counts_for_less",
    "test_a_wider_batch_counts_for_no_more",
    "test_returns_the_mean_loss_over_all_examples",
    "test_keeps_double_precision",
)
def averages_the_batch_means(model, loss_fn, batches):
    """A batch of one counts as much as a batch of four."""
    mean_loss = 0.0
    for inputs, targets in batches:
        loss = loss_fn(model(inputs), targets) / len(batches)
        loss.backward()
        mean_loss += loss.detach()
    return mean_loss


@fails(
    "test_a_smaller_batch_counts_for_less",
    "test_a_wider_batch_counts_for_no_more",
    "test_returns_the_mean_loss_over_all_examples",
    "test_keeps_double_precision",
)
def takes_every_batch_for_a_full_one(model, loss_fn, batches):
    """The small batch does count for less, but the shares no longer add up to one."""
    full = len(batches[0][0])
    mean_loss = 0.0
    for inputs, targets in batches:
        share = len(inputs) / full / len(batches)
        loss = share * loss_fn(model(inputs), targets)
        loss.backward()
        mean_loss += loss.detach()
    return mean_loss


@fails("test_a_wider_batch_counts_for_no_more")
def counts_elements(model, loss_fn, batches):
    """Long texts count for more than short ones."""
    elements = sum(inputs.numel() for inputs, _ in batches)
    mean_loss = 0.0
    for inputs, targets in batches:
        loss = inputs.numel() / elements * loss_fn(model(inputs), targets)
        loss.backward()
        mean_loss += loss.detach()
    return mean_loss


@fails(
    "test_equal_batches_leave_the_gradient_of_one_pass",
    "test_a_smaller_batch_counts_for_less",
    "test_a_wider_batch_counts_for_no_more",
    "test_keeps_double_precision",
)
def clears_the_gradients_in_the_loop(model, loss_fn, batches):
    """Only the last batch is left."""
    examples = sum(len(inputs) for inputs, _ in batches)
    mean_loss = 0.0
    for inputs, targets in batches:
        model.zero_grad()
        loss = len(inputs) / examples * loss_fn(model(inputs), targets)
        loss.backward()
        mean_loss += loss.detach()
    return mean_loss


@fails("test_holds_the_graph_of_one_batch_at_a_time")
def runs_backward_once_at_the_end(model, loss_fn, batches):
    """The gradients are right, but no memory is saved: every graph stays alive."""
    examples = sum(len(inputs) for inputs, _ in batches)
    mean_loss = 0.0
    for inputs, targets in batches:
        mean_loss += len(inputs) / examples * loss_fn(model(inputs), targets)
    mean_loss.backward()
    return mean_loss.detach()


@fails("test_holds_the_graph_of_one_batch_at_a_time")
def retains_every_graph(model, loss_fn, batches):
    """`retain_graph=True` frees nothing, and a list of losses keeps it to the end."""
    examples = sum(len(inputs) for inputs, _ in batches)
    parts = []
    for inputs, targets in batches:
        loss = loss_fn(model(inputs), targets) * (len(inputs) / examples)
        loss.backward(retain_graph=True)
        parts.append(loss)
    return torch.stack(parts).sum().detach()


@fails("test_the_returned_loss_is_a_tensor_without_a_graph")
def returns_a_loss_with_its_graph(model, loss_fn, batches):
    """The caller's running loss grows a graph as long as the epoch."""
    examples = sum(len(inputs) for inputs, _ in batches)
    mean_loss = 0.0
    for inputs, targets in batches:
        loss = len(inputs) / examples * loss_fn(model(inputs), targets)
        loss.backward()
        mean_loss += loss
    return mean_loss


@fails("test_keeps_double_precision")
def adds_up_in_single_precision(model, loss_fn, batches):
    """`torch.zeros(())` is float32, and stays so however precise the losses are."""
    examples = sum(len(inputs) for inputs, _ in batches)
    mean_loss = torch.zeros(())
    for inputs, targets in batches:
        loss = len(inputs) / examples * loss_fn(model(inputs), targets)
        loss.backward()
        mean_loss += loss.detach()
    return mean_loss


@fails(
    "test_a_parameter_that_takes_no_part_gets_no_gradient",
    "test_leaves_weights_modes_and_batches_alone",
)
def prepares_the_model_first(model, loss_fn, batches):
    """A dropout in eval mode comes alive, and the optimizer decays unused weights."""
    model.train()
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    examples = sum(len(inputs) for inputs, _ in batches)
    mean_loss = 0.0
    for inputs, targets in batches:
        loss = len(inputs) / examples * loss_fn(model(inputs), targets)
        loss.backward()
        mean_loss += loss.detach()
    return mean_loss
