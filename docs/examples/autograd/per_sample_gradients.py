import torch
from torch import nn

from solutions.autograd.per_sample_gradients import per_sample_gradients

torch.manual_seed(0)
model = nn.Linear(3, 1)
x, y = torch.randn(5, 3), torch.randn(5, 1)
y[3] += 20.0  # a wrong label

rows = per_sample_gradients(model, nn.functional.mse_loss, x, y)
for name, value in rows.items():
    print(name, tuple(value.shape))

nn.functional.mse_loss(model(x), y).backward()
print("mean is .grad:", torch.allclose(rows["weight"].mean(0), model.weight.grad))

norms = sum(value.flatten(1).square().sum(1) for value in rows.values()).sqrt()
print("norms:", [round(norm, 1) for norm in norms.tolist()])

clipped = rows["weight"] * (1 / norms).clamp(max=1)[:, None, None]
print(
    f"clipped mean: {clipped.mean(0).norm():.2f}, .grad: {model.weight.grad.norm():.2f}"
)
