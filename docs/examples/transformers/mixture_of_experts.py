import torch
from torch import nn

from solutions.transformers.mixture_of_experts import MixtureOfExperts


def tell(mixture, x):
    """Print what each expert is called with, and the balance loss."""
    for i, expert in enumerate(mixture.experts):
        expert.forward = lambda rows, i=i: print(f"   {i} gets {len(rows)}") or rows
    print(f"   balance loss {mixture(x)[1]:.2f}")


torch.manual_seed(0)
x = torch.randn(4, 16, 8)  # 64 tokens, 2 choices each
mixture = MixtureOfExperts(8, [nn.Identity() for _ in range(4)], top_k=2)
print("a router that was just made:")
tell(mixture, x)
print("one that has collapsed to two experts:")
x[..., 0] = 1
mixture.router.weight.data[:2, 0] = 8
tell(mixture, x)
