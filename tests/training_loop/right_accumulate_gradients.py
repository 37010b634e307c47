"""Other right answers to training_loop/accumulate_gradients."""

import torch


def divides_once_at_the_end(model, loss_fn, batches):
    """Sums first, one division last: nothing is counted ahead, so it works on a
    stream too. The gradients grow to sums over all examples, which may overflow in
    float16, and are read and written once more."""
    total, examples = 0, 0
    for inputs, targets in batches:
        loss = loss_fn(model(inputs), targets) * len(inputs)
        loss.backward()
        total += loss.detach()
        examples += len(inputs)
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad /= examples
    return total / examples


def hands_the_share_to_backward(model, loss_fn, batches):
    """`backward` starts from the share in place of 1, and the loss stays the one that
    you would log. The start must be a tensor of the loss's own shape and device."""
    examples = sum(len(targets) for _, targets in batches)
    losses, shares = [], []
    for inputs, targets in batches:
        loss = loss_fn(model(inputs), targets)
        share = torch.full_like(loss, len(inputs) / examples)
        loss.backward(share)
        losses.append(loss.detach())
        shares.append(share)
    return torch.stack(losses) @ torch.stack(shares)


def adds_the_gradients_by_hand(model, loss_fn, batches):
    """`torch.autograd.grad` touches no `.grad`, so the sum is yours to place, or to
    keep in another dtype. Unused parameters need care, and DistributedDataParallel
    averages in `backward` alone."""
    trained = [p for p in model.parameters() if p.requires_grad]
    examples = sum(inputs.shape[0] for inputs, _ in batches)
    mean = 0
    for inputs, targets in batches:
        loss = loss_fn(model(inputs), targets) * (inputs.shape[0] / examples)
        gradients = torch.autograd.grad(loss, trained, allow_unused=True)
        for parameter, gradient in zip(trained, gradients, strict=True):
            if parameter.grad is None:
                parameter.grad = gradient
            elif gradient is not None:
                parameter.grad += gradient
        mean += loss.detach()
    return mean


def keeps_a_running_mean(model, loss_fn, batches):
    """After every batch the gradients are the mean of all examples so far, at a usable
    scale, and you can stop early. It costs a pass over the gradients for each batch."""
    mean, examples = 0, 0
    for inputs, targets in batches:
        examples += inputs.size(0)
        share = inputs.size(0) / examples
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.grad.mul_(1 - share)
        loss = loss_fn(model(inputs), targets)
        (share * loss).backward()
        mean = mean + share * (loss.detach() - mean)
    return mean
