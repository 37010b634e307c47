import torch
from torch import nn

from solutions.amp.saved_bytes import saved_bytes

width = 512
model = nn.Sequential(
    nn.Linear(width, width),
    nn.ReLU(),
    nn.Linear(width, width),
    nn.ReLU(),
    nn.Linear(width, width),
)
for rows in (64, 512, 4096):
    x = torch.randn(rows, width)
    full = saved_bytes(model, x)
    half = saved_bytes(model, x, dtype=torch.bfloat16)
    print(
        f"{rows:4} rows: float32 {full:8} bytes, bfloat16 {half:8}: {half / full:.2f}"
    )
