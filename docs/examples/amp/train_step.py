import torch
from torch import nn
from torch.nn.functional import mse_loss

from solutions.amp.train_step import train_step

x, y = torch.ones(4, 2), torch.full((4, 1), 10.0)


def parts():
    model = nn.Linear(2, 1, bias=False)
    nn.init.zeros_(model.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    return model, optimizer, torch.amp.GradScaler("cpu", init_scale=1024.0)


model, optimizer, scaler = parts()
train_step(model, (x, y), mse_loss, optimizer, scaler, dtype=torch.bfloat16)
print(f"unscaled, then clipped: a step {model.weight.norm():.6f} long")

model, optimizer, scaler = parts()
scaler.scale(mse_loss(model(x), y)).backward()
norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
scaler.step(optimizer)
print(f"clipped, then unscaled: a step {model.weight.norm():.6f} long")
print(f"the norm that was clipped is that of the scaled gradient: {norm:.1f}")
