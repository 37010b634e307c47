import torch
from torch import nn

value = (torch.tensor(2.0) + 3).item()
print("2 + 3 =", value)

seen = []


class Probe(nn.Module):
    def forward(self, x):
        seen.append(x.tolist())  # a breakpoint would do
        return x


model = nn.Sequential(nn.ReLU(), Probe())
model(torch.tensor([-1.0, 2.0]))
print("inside a model:", seen)
