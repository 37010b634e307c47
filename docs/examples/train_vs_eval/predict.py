import torch
from torch import nn

from solutions.train_vs_eval.predict import predict

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Dropout(0.5))
model[1].eval()  # frozen
x = torch.randn(8, 4)

before = [module.training for module in model.modules()]
print("predicted:", predict(model, x))
print("every flag as it was:", before == [m.training for m in model.modules()])

with torch.no_grad():
    print("no_grad alone, twice the same:", model(x).equal(model(x)))
model.eval()
print("eval alone, twice the same:", model(x).equal(model(x)))
print("eval alone keeps a graph:", model(x).requires_grad)
model.train()
print("train() thaws what was frozen:", model[1].training)
