import torch
from torch import nn

from solutions.amp.loop_that_goes_nan import fit

half = torch.tensor([300.0], dtype=torch.float16)
print("an error of 300, squared in float16:", half.square().item())

batch = torch.ones(1, 2), torch.full((1, 1), 300.0)
for count in (1, 10, 11, 14):
    model = nn.Linear(2, 1, bias=False)
    nn.init.zeros_(model.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    losses, scale = fit(
        model, [batch] * count, optimizer, dtype=torch.float16, max_norm=300.0
    )
    print(f"{count:2} batches: scale {scale:5.0f}, last loss {losses[-1]:.0f}")
