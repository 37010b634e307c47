"""Other right answers to transformers/rotary_embedding."""

import torch
from torch import nn


class rotates_half_and_adds(nn.Module):
    """The form in most model files: cosine and sine for all features, and a helper
    that swaps the halves. Two tables of double size, and one line that everybody
    recognises."""

    def __init__(self, head_dim, base=10000.0):
        super().__init__()
        if head_dim <= 0 or head_dim % 2 != 0:
            raise ValueError("head_dim must be even and positive")
        self.head_dim, self.base = head_dim, base

    def forward(self, x, positions):
        if positions.size(-1) != x.size(-2):
            raise ValueError("one position for each token")
        i = torch.arange(0, self.head_dim, 2, device=x.device).float()
        inv_freq = 1.0 / self.base ** (i / self.head_dim)
        angles = positions.float()[..., None] * inv_freq
        angles = torch.cat([angles, angles], dim=-1)
        if positions.ndim == 2:
            angles = angles[:, None]
        cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
        first, second = x.chunk(2, dim=-1)
        return x * cos + torch.cat([-second, first], dim=-1) * sin


class multiplies_complex_numbers(nn.Module):
    """A rotation is a product with a complex number of length 1, so the sign cannot go
    wrong. There are no complex numbers in bfloat16, and few compilers like them."""

    def __init__(self, head_dim, base=10000.0):
        super().__init__()
        if head_dim < 2 or head_dim & 1:
            raise ValueError(f"head_dim is {head_dim}")
        self.half, self.base = head_dim // 2, base

    def forward(self, x, positions):
        if positions.shape[-1] != x.shape[-2]:
            raise ValueError(
                f"{positions.shape[-1]} positions for {x.shape[-2]} tokens"
            )
        wide = x.double() if x.dtype == torch.float64 else x.float()
        pairs = torch.complex(wide[..., : self.half], wide[..., self.half :])
        exponents = torch.arange(self.half, device=x.device) / self.half
        angles = torch.einsum("...l,f->...lf", positions.float(), self.base**-exponents)
        angles = angles.to(wide.dtype).unsqueeze(-3)
        pairs = pairs * torch.polar(torch.ones_like(angles), angles)
        return torch.cat([pairs.real, pairs.imag], dim=-1).to(x.dtype)


class keeps_a_table_that_grows(nn.Module):
    """Sines and cosines are computed once for every position up to the largest so far,
    and looked up. That saves work in each layer and step; it is state, which is held
    outside of the buffers so that no cast reaches it."""

    def __init__(self, head_dim, base=10000.0):
        super().__init__()
        if head_dim < 2 or head_dim % 2 == 1:
            raise ValueError("pairs need an even number of features")
        self.head_dim, self.base, self.table = head_dim, base, {}

    def forward(self, x, positions):
        if positions.shape[-1] != x.shape[-2]:
            raise ValueError("positions and tokens differ in number")
        cos, sin = (
            part[positions] for part in self.rows(int(positions.max()), x.device)
        )
        if positions.ndim == 2:
            cos, sin = cos.unsqueeze(1), sin.unsqueeze(1)
        first, second = x[..., : self.head_dim // 2], x[..., self.head_dim // 2 :]
        result = torch.empty_like(x)
        result[..., : self.head_dim // 2] = first * cos - second * sin
        result[..., self.head_dim // 2 :] = second * cos + first * sin
        return result

    def rows(self, last, device):
        if device not in self.table or len(self.table[device][0]) <= last:
            i = torch.arange(0, self.head_dim, 2, device=device, dtype=torch.float32)
            places = torch.arange(last + 1, device=device, dtype=torch.float32)
            angles = torch.outer(places, self.base ** (-i / self.head_dim))
            self.table[device] = angles.cos(), angles.sin()
        return self.table[device]
