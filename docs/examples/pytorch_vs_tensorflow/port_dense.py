import numpy as np
import torch

from solutions.pytorch_vs_tensorflow.port_dense import port_dense

random = np.random.default_rng(0)
kernel, bias = random.normal(size=(3, 3)), random.normal(size=3)
x = random.normal(size=(1, 3)).astype(np.float32)

ported = port_dense([kernel], [bias])
forgotten = port_dense([kernel.T], [bias])  # square: nothing complains
with torch.no_grad():
    print("x @ kernel + bias:", x @ kernel + bias)
    print("ported:           ", ported(torch.from_numpy(x)).numpy())
    print("not transposed:   ", forgotten(torch.from_numpy(x)).numpy())

shared = torch.from_numpy(kernel.T)
kernel[:] = 0
print("from_numpy shares:", shared.abs().sum().item() == 0)
print("the port does not:", ported[0].weight.abs().sum().item() > 0)
