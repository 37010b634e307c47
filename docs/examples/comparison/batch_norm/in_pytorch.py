import torch
from torch import nn

batch = torch.tensor([[1.0], [2.0], [3.0], [6.0]])
mean = batch.mean().item()
biased = batch.var(correction=0).item()
unbiased = batch.var(correction=1).item()
print("mean:", mean)
print("variance:", biased, "unbiased:", round(unbiased, 4))

norm = nn.BatchNorm1d(1)
defaults = {"momentum": norm.momentum, "epsilon": norm.eps}
print(defaults)

norm(batch)
moving_mean = norm.running_mean.item()
moving_variance = norm.running_var.item()
print("0.9 * 0 + 0.1 * mean =", round(moving_mean, 4))
print("0.9 * 1 + 0.1 * variance =", round(moving_variance, 4))
