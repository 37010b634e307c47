"""Other right answers to transformers/rms_norm."""

import torch
from torch import nn


class rounds_before_the_weight(nn.Module):
    """As in Llama's code: the quotient is rounded first, and a half weight multiplies
    in half precision. One rounding more, and equal to what such checkpoints were
    trained with."""

    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        if x.ndim == 0 or x.size(-1) != self.weight.numel():
            raise ValueError(f"expected {self.weight.numel()} features")
        wide = x if x.dtype == torch.float64 else x.float()
        normed = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)
        return normed.to(x.dtype) * self.weight.to(x.dtype)


class divides_by_a_norm(nn.Module):
    """`vector_norm` widens while it reads, so no wide copy of `x` is made for the sum.
    `eps` has to be put under the root by hand: square, add, root again."""

    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.dim, self.eps = dim, eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"{tuple(x.shape)} does not end in {self.dim}")
        dtype = torch.promote_types(x.dtype, torch.float32)
        norm = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=dtype)
        root = (norm**2 / self.dim + self.eps).sqrt()
        return (x / root * self.weight.to(dtype)).to(x.dtype)


class _Normalise(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, eps):
        inverse = (torch.einsum("...d,...d->...", x, x) / x.shape[-1] + eps).rsqrt()
        ctx.save_for_backward(x, inverse)
        return x * inverse[..., None]

    @staticmethod
    def backward(ctx, grad):
        x, inverse = ctx.saved_tensors
        normed = x * inverse[..., None]
        along = (grad * normed).mean(-1, keepdim=True)
        return (grad - along * normed) * inverse[..., None], None


class writes_the_backward_pass(nn.Module):
    """A backward pass of its own keeps `x` and one number a vector, as a fused kernel
    does, in place of every step. It is twice the code, and has to be tested against
    autograd; a second derivative would need more of it."""

    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        if x.shape[-1:] != self.weight.shape:
            raise ValueError("the last dimension is not that of the weight")
        wide = x.double() if x.dtype == torch.float64 else x.float()
        return (_Normalise.apply(wide, self.eps) * self.weight).to(x.dtype)
