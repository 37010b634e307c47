import torch
from torch import nn

kernel = [[0.5, -1.0], [1.5, 2.0], [-0.5, 1.0]]  # from Keras
bias = [0.25, -0.75]
x = torch.tensor([[1.0, 2.0, 3.0], [-1.0, 0.5, 2.0]])

linear = nn.Linear(3, 2)
shape = list(linear.weight.shape)
with torch.no_grad():
    linear.weight.copy_(torch.tensor(kernel).T)
    linear.bias.copy_(torch.tensor(bias))
output = linear(x).tolist()
print("weight [out, in]:", shape)
print("output:", output)
