import pickle

import torch
from torch import nn

from solutions.save_load.round_trip import load_model, save_model

saved = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 3))
save_model(saved, "weights.pt")
print(torch.load("weights.pt").keys())

for load in (load_model, lambda m, path: m.load_state_dict(torch.load(path))):
    wider = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 4))
    try:
        load(wider, "weights.pt")
    except RuntimeError:
        overwritten = wider[0].weight.equal(saved[0].weight)
        print("refused; first layer overwritten:", overwritten)

torch.save(saved, "object.pt")
try:
    torch.load("object.pt")
except pickle.UnpicklingError as error:
    print("a whole model:", str(error).splitlines()[0][:60], "...")
