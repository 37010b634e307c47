import torch
from torch import nn

from solutions.save_load.average_weights import WeightAverage

torch.manual_seed(0)
model, resumed = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
average = WeightAverage(model, decay=0.9)


def step(model, average, value):
    with torch.no_grad():
        model.weight.fill_(value)
    average.update(model)
    with average.applied_to(model):
        inside = model.weight.item()
    return f"weight {model.weight.item():.1f}, averaged {inside:.4f}"


for value in (1.0, 3.0, 1.0):
    print(step(model, average, value))
torch.save(average.state_dict(), "average.pt")
other = WeightAverage(resumed, decay=0.9)
other.load_state_dict(torch.load("average.pt", weights_only=True))
print("goes on:", step(model, average, 3.0))
print("resumed:", step(resumed, other, 3.0))
