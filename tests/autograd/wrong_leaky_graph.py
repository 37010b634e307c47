"""Near misses of autograd/leaky_graph."""

import torch

from backprep.testing import fails


@fails(
    "test_takes_the_first_step_by_the_mean",
    "test_goes_step_by_step_as_by_hand",
    "test_gives_the_loss_before_each_step",
    "test_returns_plain_numbers",
    "test_keeps_no_graph_of_past_steps",
    "test_works_in_float64",
)
def mends_nothing(x, y, steps, lr):
    """The fit runs away, and takes the graph of every step along with it."""
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    x, y = x.detach(), y.detach()
    w = w0 = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    b = b0 = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).sum()
        losses.append(loss)
        loss.backward()
        w = w - lr * w0.grad
        b = b - lr * b0.grad
    return w.item(), b.item(), losses


@fails(
    "test_goes_step_by_step_as_by_hand",
    "test_gives_the_loss_before_each_step",
    "test_works_in_float64",
)
def never_clears_the_gradients(x, y, steps, lr):
    """Each step goes along the sum of all gradients so far, and overshoots."""
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    x, y = x.detach(), y.detach()
    w = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    b = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= lr * parameter.grad
    return w.item(), b.item(), losses


@fails("test_keeps_no_graph_of_past_steps")
def updates_through_the_graph(x, y, steps, lr):
    """The numbers are right, and each step's graph hangs on all graphs before it."""
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    x, y = x.detach(), y.detach()
    w = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    b = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        losses.append(loss.item())
        w.retain_grad()
        b.retain_grad()
        loss.backward()
        w = w - lr * w.grad
        b = b - lr * b.grad
    return w.item(), b.item(), losses


@fails("test_keeps_no_graph_of_past_steps")
def keeps_the_loss_tensors_to_the_end(x, y, steps, lr):
    """A list of losses is a list of graphs, until they are made numbers."""
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    x, y = x.detach(), y.detach()
    w = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    b = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        losses.append(loss)
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= lr * parameter.grad
                parameter.grad = None
    return w.item(), b.item(), [loss.item() for loss in losses]


@fails(
    "test_takes_the_first_step_by_the_mean",
    "test_goes_step_by_step_as_by_hand",
    "test_gives_the_loss_before_each_step",
    "test_works_in_float64",
)
def takes_the_sum_for_the_mean(x, y, steps, lr):
    """Twice the points, twice the step: a learning rate fits one data set only."""
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    x, y = x.detach(), y.detach()
    w = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    b = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= lr * parameter.grad
                parameter.grad = None
    return w.item(), b.item(), losses


@fails("test_needs_no_optimizer", "test_works_in_float64")
def hands_the_work_to_an_optimizer(x, y, steps, lr):
    """Nothing that was asked about is shown, and the layer takes float32 alone."""
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    x, y = x.detach(), y.detach()
    line = torch.nn.Linear(1, 1)
    torch.nn.init.zeros_(line.weight)
    torch.nn.init.zeros_(line.bias)
    optimizer = torch.optim.SGD(line.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(line(x[:, None])[:, 0], y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return line.weight.item(), line.bias.item(), losses


@fails("test_leaves_x_and_y_as_they_were", "test_refuses_unequal_lengths")
def trusts_its_inputs(x, y, steps, lr):
    """A `y` of one value is broadcast, and `backward` writes to the caller's data."""
    w = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    b = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= lr * parameter.grad
                parameter.grad = None
    return w.item(), b.item(), losses


@fails("test_gets_its_gradients_from_autograd")
def writes_the_derivative_by_hand(x, y, steps, lr):
    """Right for a line, and to be worked out again for every other model."""
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} values and y has {len(y)}")
    w = b = 0.0
    losses = []
    for _ in range(steps):
        error = w * x.detach() + b - y.detach()
        losses.append((error**2).mean().item())
        w -= lr * 2 * (error * x.detach()).mean().item()
        b -= lr * 2 * error.mean().item()
    return w, b, losses
