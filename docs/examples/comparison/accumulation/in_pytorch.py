import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
gradients = []
for _ in range(3):
    (x**2).sum().backward()  # adds to x.grad
    gradients.append(x.grad.tolist())
print("passes:", gradients)

x.grad = None  # what optimizer.zero_grad() does
(x**2).sum().backward()
cleared = x.grad.tolist()
print("once cleared:", cleared)
