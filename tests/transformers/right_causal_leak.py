"""Other right answers to transformers/causal_leak."""

import torch
from torch import nn
from torch.nn import functional

from solutions.transformers.causal_leak import Decoder


class _Parameters(nn.Module):
    def __init__(self, vocab_size, embed_dim, num_heads, max_length, bos_id):
        super().__init__()
        self.heads, self.max_length, self.bos_id = num_heads, max_length, bos_id
        self.embed = nn.Embedding(vocab_size, embed_dim)
        self.position = nn.Embedding(max_length, embed_dim)
        self.gain = nn.Parameter(torch.ones(embed_dim))
        self.shift = nn.Parameter(torch.zeros(embed_dim))
        self.qkv = nn.Linear(embed_dim, 3 * embed_dim)
        self.out = nn.Linear(embed_dim, embed_dim)
        self.head = nn.Linear(embed_dim, vocab_size)

    def read(self, tokens):
        if tokens.shape[1] > self.max_length:
            raise ValueError(f"at most {self.max_length} tokens")
        ids = functional.pad(tokens, (1, 0), value=self.bos_id)[:, :-1]
        return self.embed(ids) + self.position.weight[: tokens.shape[1]]


class leaves_it_to_torchs_functions(_Parameters):
    """`layer_norm` and `scaled_dot_product_attention` have no dimension to get wrong,
    and are faster. Less of the work is yours, which an interviewer may want to see."""

    def forward(self, tokens):
        x = self.read(tokens)
        h = functional.layer_norm(x, x.shape[-1:], self.gain, self.shift)
        qkv = self.qkv(h).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        h = functional.scaled_dot_product_attention(*qkv, is_causal=True)
        return self.head(x + self.out(h.transpose(1, 2).flatten(2)))


class adds_a_mask_to_the_scores(_Parameters):
    """With einsum each dimension has a letter, so one reads off what is mixed with
    what; the mask is added and not filled in. It spells out what a kernel fuses."""

    def forward(self, tokens):
        x = self.read(tokens)
        centred = x - x.mean(-1, keepdim=True)
        norm = (centred.square().mean(-1, keepdim=True) + 1e-5).rsqrt()
        h = self.qkv(centred * norm * self.gain + self.shift)
        q, k, v = h.unflatten(-1, (3, self.heads, -1)).unbind(2)
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * q.shape[-1] ** -0.5
        hidden = torch.full_like(scores[0, 0], -torch.inf).triu(1)
        h = torch.einsum("bhqk,bkhd->bqhd", (scores + hidden).softmax(-1), v)
        return self.head(x + self.out(h.flatten(2)))


class gives_each_place_its_own_prefix(Decoder):
    """A place cannot read what it was not given, so that nothing can leak. The work
    grows with the cube of the length: an oracle for a test, and no way to train."""

    def attention(self, x):
        rows = []
        for end in range(1, x.shape[1] + 1):
            q, k, v = (
                part.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
                for part in self.qkv(x[:, :end]).chunk(3, dim=-1)
            )
            h = functional.scaled_dot_product_attention(q[:, :, -1:], k, v)
            rows.append(h.transpose(1, 2).flatten(2))
        return torch.cat(rows, dim=1)
