import torch

from solutions.tensors.gather_scatter import pick, sum_by_index

logits = torch.tensor([[1.0, -torch.inf, 3.0], [4.0, 5.0, 6.0]])
targets = torch.tensor([2, 0])
print("picked:", pick(logits, targets).tolist())
one_hot = torch.nn.functional.one_hot(targets, 3)
print("by one-hot:", (logits * one_hot).sum(dim=-1).tolist())

values = torch.tensor([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
index = torch.tensor([1, 0, 1])
print("all added:", sum_by_index(values, index, 2).tolist())

total = torch.zeros(2, 2)
total[index] += values
print("with +=:", total.tolist())
total = torch.zeros(2, 2).scatter_add(0, index[:, None], values)
print("scatter_add with a column:", total.tolist())

ones = torch.ones(1000, dtype=torch.bfloat16)
print("a thousand ones:", sum_by_index(ones, torch.zeros(1000).long(), 1).item())
