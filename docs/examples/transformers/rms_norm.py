import torch
from torch import nn

from solutions.transformers.rms_norm import RMSNorm

x = torch.tensor([[3.0, -4.0, 0.0, 0.0], [300.0, -400.0, 0.0, 0.0]])
norm = RMSNorm(4)
print("float32:", norm(x).detach())
print("PyTorch:", nn.RMSNorm(4, eps=1e-6)(x).detach())

half = x.half()
print("float16:", norm(half).detach())
squares = half.square().mean(-1, keepdim=True)
print("mean square in float16:", squares.flatten())
print("and what comes of it:  ", half[1] * torch.rsqrt(squares[1] + norm.eps))

zero = torch.zeros(4, requires_grad=True)
(zero / (zero.square().mean().sqrt() + norm.eps)).sum().backward()
print("eps outside, at zero:  ", zero.grad)
(zero.grad,) = torch.autograd.grad(norm(zero).sum(), zero)
print("eps inside, at zero:   ", zero.grad)
