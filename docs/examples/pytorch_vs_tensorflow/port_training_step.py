import torch


def adam(gradients, epsilon_at):
    """PyTorch's Adam on one weight that starts at 1, with an epsilon for each step."""
    w = torch.tensor([1.0], requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=0.01, eps=1e-3)
    for t, gradient in enumerate(gradients, 1):
        w.grad = torch.tensor([gradient])
        optimizer.param_groups[0]["eps"] = epsilon_at(t)
        optimizer.step()
    return round(w.item(), 6)


gradients = [0.01] * 10
w, m, v = 1.0, 0.0, 0.0
for t, gradient in enumerate(gradients, 1):
    m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
    rate = 0.01 * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    w -= rate * m / (v**0.5 + 1e-3)

print("Keras's formula:         ", round(w, 6))
print("PyTorch, the same epsilon:", adam(gradients, lambda t: 1e-3))
divided = adam(gradients, lambda t: 1e-3 / (1 - 0.999**t) ** 0.5)
print("PyTorch, divided:        ", divided)
