"""Other right answers to train_vs_eval/dropout."""

import torch
from torch import nn


class fills_what_is_dropped(nn.Module):
    """`masked_fill` writes zeros whatever stood there, also over an infinity, where a
    product with 0 gives NaN. It makes a copy, and scaling it makes another."""

    def __init__(self, p=0.5):
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"p must be from 0 to 1, not {p}")
        self.p = float(p)

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        dropped = torch.rand_like(x) < self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x.masked_fill(dropped, 0) * scale


class draws_from_a_bernoulli(nn.Module):
    """The mask comes ready from `bernoulli_`, and is scaled before it meets `x`: one
    product is recorded. The mask has the dtype of `x`, four bytes where a boolean has
    one."""

    def __init__(self, p=0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p must be from 0 to 1, not {p}")
        self.stay = 1 - p

    def forward(self, x):
        if not self.training:
            return x
        mask = torch.empty_like(x).bernoulli_(self.stay)
        return x * mask.div_(self.stay or 1)


class _Masked(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p):
        stays = torch.rand_like(x) >= p
        ctx.scale = 0.0 if p == 1 else 1 / (1 - p)
        ctx.save_for_backward(stays)
        return x * stays * ctx.scale

    @staticmethod
    def backward(ctx, grad):
        (stays,) = ctx.saved_tensors
        return grad * stays * ctx.scale, None


class writes_the_backward_pass(nn.Module):
    """A Function of its own keeps the boolean mask and nothing else, one byte for each
    element. That is more code, with a derivative to test."""

    def __init__(self, p=0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p must be from 0 to 1, not {p}")
        self.p = p

    def forward(self, x):
        return _Masked.apply(x, self.p) if self.training else x


class chooses_between_two_values(nn.Module):
    """`torch.where` says what the prompt says, case by case. Both cases are computed
    for every element, so the division must not fail where it is not used."""

    def __init__(self, p=0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p must be from 0 to 1, not {p}")
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        stay = 1 - self.p
        return torch.where(torch.rand_like(x) < self.p, 0, x / max(stay, 1e-9))
