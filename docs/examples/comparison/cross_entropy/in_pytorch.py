import inspect

import torch
from torch import nn

logits = torch.tensor([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]])
labels = torch.tensor([0, 2])
loss = nn.CrossEntropyLoss()

on_logits = loss(logits, labels).item()
on_probabilities = loss(logits.softmax(1), labels).item()
print("given logits:", round(on_logits, 4))
print("given probabilities:", round(on_probabilities, 4))

ignored = loss(logits, torch.tensor([0, -100])).item()
print("label -100 left out:", round(ignored, 4))
options = inspect.signature(nn.CrossEntropyLoss).parameters
has_switch = "from_logits" in options
print("has from_logits:", has_switch)
