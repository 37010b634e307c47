"""Other right answers to autograd/leaky_graph."""

import torch
from torch import nn


def asks_for_the_gradients(x, y, steps, lr):
    """`torch.autograd.grad` leaves nothing to clear, and each step begins at new
    leaves. They are allocated each time, and an optimizer would lose sight of them."""
    if x.shape != y.shape:
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    x, y = x.detach(), y.detach()
    w, b = x.new_zeros(()), x.new_zeros(())
    losses = []
    for _ in range(steps):
        w.requires_grad_()
        b.requires_grad_()
        loss = (w * x + b - y).square().mean()
        slope, shift = torch.autograd.grad(loss, (w, b))
        losses.append(loss.item())
        w, b = w.detach() - lr * slope, b.detach() - lr * shift
    return w.item(), b.item(), losses


def stacks_both_into_one_vector(x, y, steps, lr):
    """With a column of ones the line is a matrix product, and more features are more
    columns. The column costs as much memory as `x`."""
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    y = y.detach()
    points = torch.stack([x.detach(), torch.ones_like(y)], dim=1)
    line = points.new_zeros(2).requires_grad_()
    losses = []
    for _ in range(steps):
        loss = nn.functional.mse_loss(points @ line, y)
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            line -= lr * line.grad
            line.grad.zero_()
    w, b = line.tolist()
    return w, b, losses


def trains_a_linear_layer(x, y, steps, lr):
    """The module makes the parameters, lists them and clears their gradients, as in any
    training loop. But it begins with random values and takes its points as rows, so
    both have to be prepared."""
    if x.shape != y.shape:
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    model = nn.Linear(1, 1, dtype=x.dtype, device=x.device)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    rows, targets = x.detach()[:, None], y.detach()[:, None]
    losses = []
    for _ in range(steps):
        model.zero_grad()
        loss = nn.functional.mse_loss(model(rows), targets)
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.sub_(parameter.grad, alpha=lr)
    return model.weight.item(), model.bias.item(), losses


def transforms_the_loss(x, y, steps, lr):
    """`torch.func.grad_and_value` turns the loss into a function that returns its
    gradients too: no leaf to mark, no `.grad` to clear. The loss must be a pure
    function, and every step makes new parameters."""
    if x.shape != y.shape:
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    x, y = x.detach(), y.detach()

    def error(line):
        w, b = line
        return (w * x + b - y).square().mean()

    descend = torch.func.grad_and_value(error)
    line, losses = (x.new_zeros(()), x.new_zeros(())), []
    for _ in range(steps):
        gradients, loss = descend(line)
        losses.append(loss.item())
        line = tuple(p - lr * g for p, g in zip(line, gradients, strict=True))
    w, b = line
    return w.item(), b.item(), losses
