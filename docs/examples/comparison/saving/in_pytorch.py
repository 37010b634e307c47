from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import nn

torch.manual_seed(0)
x = torch.ones(1, 3)
model = nn.Linear(3, 2)
program = torch.export.export(model, (x,))
with TemporaryDirectory() as name:
    folder = Path(name)
    torch.save(model.state_dict(), folder / "model.pth")
    state = torch.load(folder / "model.pth")  # weights alone
    torch.export.save(program, folder / "model.pt2")
    loaded = torch.export.load(folder / "model.pt2").module()

names = list(state)
print("state_dict:", type(state).__name__, names)
comes_back_as = type(loaded).__name__
print("the .pt2 file comes back as:", comes_back_as)
difference = (loaded(x) - model(x)).abs().max().item()
print("largest difference:", difference)
