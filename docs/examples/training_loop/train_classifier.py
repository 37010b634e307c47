import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

from solutions.training_loop.train_classifier import train_classifier

torch.manual_seed(0)
x = torch.randn(9, 2)
y = (x[:, 0] > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=4)  # of 4, 4 and 1
model = nn.Linear(2, 2)

for result in train_classifier(model, loader, loader, epochs=3, lr=0.1):
    print(f"loss {result.train_loss:.4f}, accuracy {result.val_accuracy:.4f}")

with torch.no_grad():
    means = torch.stack([cross_entropy(model(a), b) for a, b in loader])
    print(f"mean over the examples: {cross_entropy(model(x), y):.4f}")
    print(f"mean of the batch means: {means.mean():.4f}")
