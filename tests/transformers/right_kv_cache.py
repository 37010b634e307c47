"""Other right answers to transformers/kv_cache."""

import torch
from torch import nn
from torch.nn import functional


class writes_into_a_buffer(nn.Module):
    """Room for the longest sequence is made once, and a step writes its own columns:
    nothing is copied again, and shapes stay fixed for a captured graph. The memory is
    taken however short the text is, and the unused end must never be read."""

    def __init__(self, embed_dim, num_heads, max_length):
        super().__init__()
        self.heads, self.max_length = num_heads, max_length
        self.position = nn.Embedding(max_length, embed_dim)
        self.qkv = nn.Linear(embed_dim, 3 * embed_dim)
        self.out = nn.Linear(embed_dim, embed_dim)
        self.store, self.length = None, 0

    def reset(self):
        self.store, self.length = None, 0

    @torch.no_grad()
    def forward(self, x):
        batch, new, dim = x.shape
        end = self.length + new
        if end > self.max_length:
            raise ValueError(f"{end} tokens, and room for {self.max_length}")
        if self.store is None:
            shape = 2, batch, self.heads, self.max_length, dim // self.heads
            self.store = self.qkv.weight.new_empty(shape)
        if batch != self.store.shape[1]:
            raise ValueError("another batch than the one in the cache")
        x = x + self.position.weight[self.length : end]
        qkv = self.qkv(x).view(batch, new, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        self.store[:, :, :, self.length : end] = qkv[1:]
        columns = torch.arange(end, device=x.device)
        seen = columns <= columns[self.length :, None]
        keys, values = self.store[:, :, :, :end]
        heads = functional.scaled_dot_product_attention(qkv[0], keys, values, seen)
        self.length = end
        return self.out(heads.transpose(1, 2).reshape(batch, new, dim))


class keeps_a_list_of_chunks(nn.Module):
    """Each call appends what it made, as a paged cache does with its blocks. Here the
    chunks are joined to be read; a kernel for pages reads them where they are."""

    def __init__(self, embed_dim, num_heads, max_length):
        super().__init__()
        self.num_heads = num_heads
        self.position = nn.Embedding(max_length, embed_dim)
        self.qkv = nn.Linear(embed_dim, 3 * embed_dim)
        self.out = nn.Linear(embed_dim, embed_dim)
        self.chunks = []

    def reset(self):
        self.chunks.clear()

    def forward(self, x):
        past = sum(chunk.shape[1] for chunk in self.chunks)
        if past + x.shape[1] > len(self.position.weight):
            raise ValueError("the sequence would be too long")
        if self.chunks and self.chunks[0].shape[0] != x.shape[0]:
            raise ValueError("the sequence has another batch size")
        with torch.no_grad():
            places = torch.arange(past, past + x.shape[1], device=x.device)
            query, both = self.qkv(x + self.position(places)).tensor_split(
                [x.shape[2]], 2
            )
            self.chunks.append(both)
            key, value = torch.cat(self.chunks, dim=1).chunk(2, dim=2)
            return self.out(self.attend(query, key, value, past))

    def attend(self, query, key, value, past):
        split = (self.num_heads, query.shape[-1] // self.num_heads)
        q, k, v = (part.unflatten(2, split) for part in (query, key, value))
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / split[1] ** 0.5
        hidden = torch.ones_like(scores, dtype=torch.bool).triu(past + 1)
        weights = scores.masked_fill(hidden, float("-inf")).softmax(dim=-1)
        return torch.einsum("bhqk,bkhd->bqhd", weights, v).flatten(2)
