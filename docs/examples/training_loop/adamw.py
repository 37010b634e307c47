import torch

from solutions.training_loop.adamw import AdamW

gradients = torch.tensor([0.001, 1.0, 1000.0])


def weights(optimizer_class, steps, lr, decay):
    """Three weights of 1 whose gradients change their sign in every step."""
    weight = torch.ones(3, requires_grad=True)
    optimizer = optimizer_class([weight], lr=lr, weight_decay=decay)
    for number in range(steps):
        weight.grad = gradients if number % 2 == 0 else -gradients
        optimizer.step()
    return [round(value, 3) for value in weight.tolist()]


print("gradients", gradients.tolist())
print("one step of AdamW, no decay:", weights(AdamW, 1, lr=0.1, decay=0.0))
print("2000 steps, decay 0.5, lr 0.001")
print("  AdamW:", weights(AdamW, 2000, lr=0.001, decay=0.5))
print("  Adam: ", weights(torch.optim.Adam, 2000, lr=0.001, decay=0.5))
