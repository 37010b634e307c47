import torch

from solutions.autograd.leaky_graph import fit_line


def nodes(tensor):
    """How many nodes of the graph the tensor holds on to."""
    seen, todo = set(), [tensor.grad_fn]
    while todo:
        node = todo.pop()
        seen.add(node)
        todo += [n for n, _ in node.next_functions if n and n not in seen]
    return len(seen)


x = torch.tensor([0.0, 1.0, 2.0, 3.0])
w = w0 = torch.zeros((), requires_grad=True)
for step in range(1, 1001):
    loss = ((w * x - 2 * x) ** 2).mean()
    loss.backward()
    w = w - 0.1 * w0.grad  # recorded: the new w knows the old one
    w0.grad = None
    if step in (1, 10, 100, 1000):
        print(f"after {step} steps w holds {nodes(w)} nodes, the loss {nodes(loss)}")

w, b, _ = fit_line(x, 2 * x, steps=1000, lr=0.1)
print(f"without the leak: w is {w:.4f}, a {type(w).__name__}")
