import torch
from torch import nn

from solutions.train_vs_eval.mc_dropout import mc_dropout

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
x = torch.randn(200, 2)
labels = (x[:, 0] > 0).long()
for _ in range(100):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), labels).backward()
    optimizer.step()

model.eval()
clear, doubtful = torch.tensor([[2.0, 0.0]]), torch.tensor([[0.05, 0.0]])
for name, point in (("clear", clear), ("doubtful", doubtful)):
    mean, spread = mc_dropout(model, point, passes=200)
    once = model(point).softmax(-1)[0, 1]
    print(f"{name}: once {once:.2f}, mean {mean[0, 1]:.2f}, spread {spread[0, 1]:.2f}")
print("in evaluation mode again:", not any(m.training for m in model.modules()))

encoder = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True).eval()
_, spread = mc_dropout(encoder, torch.randn(1, 3, 4), passes=10)
print("a TransformerEncoderLayer's spread:", spread.max().item())
