import torch
from torch import nn
from torch.nn.functional import mse_loss

from solutions.training_loop.accumulate_gradients import accumulate_gradients

torch.manual_seed(0)
x, y = torch.randn(9, 3), torch.randn(9, 1)
batches = list(zip(x.split(4), y.split(4), strict=True))  # of 4, 4 and 1
model = nn.Linear(3, 1)

mse_loss(model(x), y).backward()
print("one pass:     ", model.weight.grad)

model.zero_grad()
accumulate_gradients(model, mse_loss, batches)
print("accumulated:  ", model.weight.grad)

model.zero_grad()
for inputs, targets in batches:
    (mse_loss(model(inputs), targets) / len(batches)).backward()
print("mean of means:", model.weight.grad)
