import numpy as np
import torch
from torch import nn

rng = np.random.default_rng(0)
images = rng.normal(size=(2, 5, 5, 3)).astype("float32")
kernel = rng.normal(size=(3, 3, 3, 4)).astype("float32")

conv = nn.Conv2d(3, 4, 3, bias=False)
shape = list(conv.weight.shape)
# [height, width, in, out] -> [out, in, height, width]
weight = torch.tensor(kernel).permute(3, 2, 0, 1)
conv.load_state_dict({"weight": weight})
x = torch.tensor(images).permute(0, 3, 1, 2)
y = conv(x)
output = y.permute(0, 2, 3, 1).detach().numpy()
print("weight:", shape, "output:", list(y.shape))
print("first pixel:", output[0, 0, 0].round(3))

last = x.contiguous(memory_format=torch.channels_last)
print("channels_last:", list(last.shape), last.stride())
