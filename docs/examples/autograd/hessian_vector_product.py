import torch

from solutions.autograd.hessian_vector_product import hvp


def f(x):
    return x[0] ** 2 * x[1] + x[1] ** 3


x = torch.tensor([1.0, 2.0])
print("hessian:", torch.func.hessian(f)(x).tolist())
print("times [3, -1]:", hvp(f, x, torch.tensor([3.0, -1.0])).tolist())

v = torch.ones(2)
for _ in range(20):  # power iteration
    v = v / v.norm()
    v = hvp(f, x, v)
print(f"largest eigenvalue: {v.norm():.4f}")

large = torch.ones(1_000_000)
print("a million numbers:", hvp(lambda t: (t**3).sum(), large, large)[:3].tolist())
