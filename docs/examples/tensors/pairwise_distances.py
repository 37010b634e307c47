import torch

from solutions.tensors.pairwise_distances import pairwise_distances


def expanded(a, b):
    return (a**2).sum(1, keepdim=True) + (b**2).sum(1) - 2 * a @ b.T


near = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
far = near + 10_000
print("squares, far from the origin:", expanded(far, far).tolist())
print("moved first:", pairwise_distances(far, far).tolist())

near.requires_grad_()
for name, distances in (
    ("clamped", expanded(near, near.detach()).clamp(min=0).sqrt()),
    ("mended before", pairwise_distances(near, near.detach())),
):
    (gradient,) = torch.autograd.grad(distances.sum(), near)
    print(f"gradient, {name}:", gradient[1].tolist())
