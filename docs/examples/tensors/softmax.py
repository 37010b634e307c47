import torch

from solutions.tensors.softmax import softmax

logits = torch.tensor([10000.0, 9999.0])
print("by the formula:", (logits.exp() / logits.exp().sum()).tolist())
print("shifted first:", softmax(logits, 0).tolist())

hidden = torch.full((2,), -torch.inf, requires_grad=True)
covered = (hidden.exp() / hidden.exp().sum()).nan_to_num()
(gradient,) = torch.autograd.grad(covered.sum(), hidden)
print("covered afterwards:", covered.tolist(), "with gradient", gradient.tolist())
result = softmax(hidden, 0)
(gradient,) = torch.autograd.grad(result.sum(), hidden)
print("mended before:", result.tolist(), "with gradient", gradient.tolist())

ones = torch.ones(70_000, dtype=torch.float16)
print("sum of 70,000 ones in float16:", ones.sum().item())
