import torch

from solutions.autograd.gradient import gradient

x = torch.tensor([1.0, 2.0, 3.0])
w = torch.tensor(2.0, requires_grad=True)

print(gradient(lambda x: x**2 + w * x + 1, x))
print("x was marked:", x.requires_grad)
print("w got a gradient:", w.grad is not None)

with torch.no_grad():
    print("under no_grad:", gradient(torch.sin, x))
print("no dependence:", gradient(lambda x: w * 3, x))
try:
    gradient(torch.sin, torch.tensor([1, 2]))
except ValueError as error:
    print("ValueError:", error)
