import torch
from torch import nn

torch.manual_seed(0)
linear = nn.Linear(100, 50)
bound = linear.weight.abs().max().item()
bias = linear.bias.abs().max().item()
print(f"Linear: weight within {bound:.3f} = 1/sqrt(100)")
print(f"        bias within {bias:.3f}")

embedding = nn.Embedding(1000, 50)
spread = embedding.weight.std().item()
largest = embedding.weight.abs().max().item()
print(f"Embedding: std {spread:.2f}, largest {largest:.1f}")
