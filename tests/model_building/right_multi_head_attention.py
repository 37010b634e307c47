"""Other right answers to model_building/multi_head_attention."""

import torch
from torch import nn
from torch.nn import functional


class calls_the_fused_attention(nn.Module):
    """`scaled_dot_product_attention` need not keep a length by length table, and gives
    zeros to a row that sees nothing. Its boolean mask says what may be seen, the other
    way round, and `is_causal` cannot be joined with a mask."""

    def __init__(self, embed_dim, num_heads):
        super().__init__()
        if num_heads <= 0 or embed_dim % num_heads != 0:
            raise ValueError("embed_dim must be a multiple of num_heads")
        self.num_heads = num_heads
        self.in_proj_weight = nn.Parameter(torch.randn(3 * embed_dim, embed_dim) * 0.1)
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * embed_dim))
        self.out_proj = nn.Linear(embed_dim, embed_dim)

    def forward(self, x, key_padding_mask=None, is_causal=False):
        batch, length, embed_dim = x.shape
        qkv = functional.linear(x, self.in_proj_weight, self.in_proj_bias)
        q, k, v = qkv.view(batch, length, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4)
        keep = None
        if key_padding_mask is not None:
            keep = ~key_padding_mask.view(batch, 1, 1, length)
            if is_causal:
                keep = keep & x.new_ones(length, length, dtype=torch.bool).tril()
        heads = functional.scaled_dot_product_attention(
            q, k, v, attn_mask=keep, is_causal=is_causal and keep is None
        )
        return self.out_proj(heads.transpose(1, 2).reshape(batch, length, embed_dim))


class names_every_dimension(nn.Module):
    """`einsum` spells out who meets whom, and no transpose is needed. Every letter has
    to be read, and a wrong one still runs."""

    def __init__(self, embed_dim, num_heads):
        super().__init__()
        if num_heads < 1 or embed_dim // num_heads * num_heads != embed_dim:
            raise ValueError(f"cannot split {embed_dim} features in {num_heads}")
        self.head_dim = embed_dim // num_heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * embed_dim, embed_dim))
        self.in_proj_bias = nn.Parameter(torch.empty(3 * embed_dim))
        self.out_proj = nn.Linear(embed_dim, embed_dim)
        nn.init.normal_(self.in_proj_weight, std=embed_dim**-0.5)
        nn.init.zeros_(self.in_proj_bias)

    def forward(self, x, key_padding_mask=None, is_causal=False):
        weights = self.in_proj_weight.view(3, -1, self.head_dim, x.shape[-1])
        biases = self.in_proj_bias.view(3, 1, 1, -1, self.head_dim)
        q, k, v = torch.einsum("bte,zhde->zbthd", x, weights) + biases
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * self.head_dim**-0.5
        seen = torch.ones_like(scores, dtype=torch.bool)
        if is_causal:
            seen = seen.tril()
        if key_padding_mask is not None:
            seen = seen & ~key_padding_mask[:, None, None]
        scores = torch.where(seen, scores, float("-inf"))
        scores = torch.where(seen.any(-1, keepdim=True), scores, 0)
        shares = scores.softmax(-1) * seen
        heads = torch.einsum("bhqk,bkhd->bqhd", shares, v)
        return self.out_proj(heads.flatten(-2))


class takes_one_head_after_the_other(nn.Module):
    """A loop over the heads is the formula as the paper has it, and the version to
    test the others with. Each head is a small product of its own, so it is slow."""

    def __init__(self, embed_dim, num_heads):
        super().__init__()
        if num_heads < 1 or embed_dim % num_heads:
            raise ValueError(f"{num_heads} does not divide {embed_dim}")
        self.num_heads, self.head_dim = num_heads, embed_dim // num_heads
        self.in_proj_weight = nn.Parameter(torch.rand(3 * embed_dim, embed_dim) - 0.5)
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * embed_dim))
        self.out_proj = nn.Linear(embed_dim, embed_dim)

    def forward(self, x, key_padding_mask=None, is_causal=False):
        qkv = x @ self.in_proj_weight.T + self.in_proj_bias
        heads = [part.split(self.head_dim, dim=-1) for part in qkv.chunk(3, dim=-1)]
        place = torch.arange(x.shape[1], device=x.device)
        seen = (place[None, :] <= place[:, None]) | (not is_causal)
        if key_padding_mask is not None:
            seen = seen & ~key_padding_mask[:, None, :]
        joined = torch.cat(
            [_attend(*head, seen) for head in zip(*heads, strict=True)], dim=-1
        )
        return self.out_proj(joined)


def _attend(q, k, v, seen):
    scores = torch.bmm(q, k.transpose(1, 2)) / q.shape[-1] ** 0.5
    top = scores.detach().amax(dim=-1, keepdim=True)
    shares = (scores - top).exp() * seen
    total = shares.sum(dim=-1, keepdim=True)
    return torch.bmm(shares / total.masked_fill(total == 0, 1), v)
