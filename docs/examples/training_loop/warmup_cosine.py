import torch
from torch import nn
from torch.nn.functional import mse_loss

from solutions.training_loop.warmup_cosine import train, warmup_cosine

for step in range(14):
    factor = warmup_cosine(step, 4, 12)
    print(f"step {step:2}: {factor:.3f} {'#' * round(40 * factor)}")

model = nn.Linear(2, 1)
groups = [{"params": [model.weight]}, {"params": [model.bias], "lr": 0.01}]
optimizer = torch.optim.AdamW(groups, lr=0.1)
batches = [(torch.randn(8, 2), torch.randn(8, 1)) for _ in range(5)]
for rates in train(model, mse_loss, batches, optimizer, warmup=2):
    print("trained with", [round(rate, 4) for rate in rates])
