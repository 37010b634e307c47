"""Shift to the right, normalise each vector by itself, look back, weigh the keys.

In a decoder nothing but attention may mix places, and attention only backwards. So
every operation that works along a dimension has to be along the features or the keys.
"""

import math

import torch
from torch import Tensor, nn


class Decoder(nn.Module):
    """A language model of one layer of attention: ids to logits of the same tokens."""

    def __init__(
        self,
        vocab_size: int,
        embed_dim: int,
        num_heads: int,
        max_length: int,
        bos_id: int,
    ) -> None:
        super().__init__()
        self.num_heads, self.bos_id = num_heads, bos_id
        self.embed = nn.Embedding(vocab_size, embed_dim)
        self.position = nn.Embedding(max_length, embed_dim)
        self.gain = nn.Parameter(torch.ones(embed_dim))
        self.shift = nn.Parameter(torch.zeros(embed_dim))
        self.qkv = nn.Linear(embed_dim, 3 * embed_dim)
        self.out = nn.Linear(embed_dim, embed_dim)
        self.head = nn.Linear(embed_dim, vocab_size)

    def shifted(self, tokens: Tensor) -> Tensor:
        first = torch.full_like(tokens[:, :1], self.bos_id)
        return torch.cat([first, tokens[:, :-1]], dim=1)

    def normalise(self, x: Tensor) -> Tensor:
        mean = x.mean(dim=-1, keepdim=True)
        var = x.var(dim=-1, keepdim=True, unbiased=False)
        return (x - mean) / (var + 1e-5).sqrt() * self.gain + self.shift

    def attention(self, x: Tensor) -> Tensor:
        query, key, value = (
            part.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for part in self.qkv(x).chunk(3, dim=-1)
        )
        scores = query @ key.mT / math.sqrt(query.shape[-1])
        visible = torch.ones_like(scores, dtype=torch.bool).tril()
        weights = scores.masked_fill(~visible, -math.inf).softmax(dim=-1)
        return (weights @ value).transpose(1, 2).flatten(2)

    def forward(self, tokens: Tensor) -> Tensor:
        length = tokens.shape[1]
        if length > self.position.num_embeddings:
            raise ValueError(f"{length} tokens do not fit")
        places = torch.arange(length, device=tokens.device)
        x = self.embed(self.shifted(tokens)) + self.position(places)
        return self.head(x + self.out(self.attention(self.normalise(x))))
