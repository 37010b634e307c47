import torch
from torch import nn

from solutions.train_vs_eval.dropout import Dropout

torch.manual_seed(0)
x = torch.ones(100_000)
for p in (0.1, 0.5, 0.9):
    y = Dropout(p)(x)
    share, mean = (y == 0).float().mean(), y.mean()
    print(f"p={p}: dropped {share:.2f}, values {y.unique().tolist()}, mean {mean:.2f}")

layer = Dropout(0.5).eval()
print("eval:", layer(x).equal(x))
print("p=1:", Dropout(1)(torch.ones(3)).tolist())

query = torch.randn(1, 1, 4, 8)
attention = nn.functional.scaled_dot_product_attention
with torch.no_grad():
    one, two = (attention(query, query, query, dropout_p=0.5) for _ in range(2))
print("attention with dropout_p, twice the same:", one.equal(two))
