import torch
from torch import nn

from solutions.train_vs_eval.frozen_backbone import FrozenBackbone

torch.manual_seed(0)
head, x = nn.Linear(2, 1), torch.randn(64, 2) + 3

norm = nn.BatchNorm1d(2).requires_grad_(False)
model = nn.Sequential(norm, head)
for _ in range(20):
    model.train()(x)
print("no gradients, and the mean moved to", norm.running_mean.tolist())

norm = nn.BatchNorm1d(2)
model = FrozenBackbone(norm, head)
for _ in range(20):
    model.train()(x)
print("kept in evaluation mode:", norm.running_mean.tolist())
print("modes:", model.training, norm.training, head.training)
