import torch
from torch import nn

from solutions.save_load.renamed_keys import load_pretrained


def classifier(classes):
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, classes))


saved = nn.DataParallel(torch.compile(classifier(classes=10)))
torch.save(saved.state_dict(), "saved.pt")
state = torch.load("saved.pt")
print("in the file:", next(iter(state)))

model = classifier(classes=3)
result = model.load_state_dict(state, strict=False)
print(f"strict=False: {len(result.missing_keys)} of {len(model.state_dict())} missing")

report = load_pretrained(model, state)
print("missing:   ", report.missing)
print("unexpected:", report.unexpected)
print("mismatched:", report.mismatched)
