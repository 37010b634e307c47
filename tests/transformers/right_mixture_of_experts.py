"""Other right answers to transformers/mixture_of_experts."""

import torch
from torch import nn
from torch.nn import functional


class sorts_the_tokens_by_expert(nn.Module):
    """One gather, one split, one scatter: each expert's tokens lie side by side, as
    kernels for grouped products want them. It copies all tokens `top_k` times at once.
    """

    def __init__(self, embed_dim, experts, top_k):
        super().__init__()
        self.top_k = top_k
        self.experts = nn.ModuleList(experts)
        self.router = nn.Linear(embed_dim, len(experts), bias=False)

    def forward(self, x):
        tokens = x.reshape(-1, x.shape[-1])
        logits = self.router(tokens)
        logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
        top, chosen = logits.topk(self.top_k)
        weights = top.softmax(dim=-1).flatten()
        order = chosen.flatten().argsort()
        rows = order // self.top_k
        counts = functional.one_hot(chosen, len(self.experts)).sum((0, 1))
        groups = tokens[rows].split(counts.tolist())
        pairs = zip(self.experts, groups, strict=True)
        parts = torch.cat([expert(group) for expert, group in pairs if len(group)])
        result = torch.zeros_like(tokens, dtype=weights.dtype)
        result.index_add_(0, rows, parts * weights[order, None])
        share = counts / counts.sum()
        mean = logits.softmax(dim=-1).mean(dim=0)
        loss = len(self.experts) * (share.to(mean.dtype) * mean).sum()
        return result.to(x.dtype).reshape(x.shape), loss


class keeps_a_table_of_gates(nn.Module):
    """A gate for each token and expert, zero where it was not chosen: weights, counts
    and rows are all read from one table. It has a column for every expert, which is
    much for a thousand of them."""

    def __init__(self, embed_dim, experts, top_k):
        super().__init__()
        self.router = nn.Linear(embed_dim, len(experts), bias=False)
        self.experts = nn.ModuleList(experts)
        self.top_k = top_k

    def forward(self, x):
        wide = torch.float64 if x.dtype == torch.float64 else torch.float32
        probabilities = torch.softmax(self.router(x), dim=-1, dtype=wide)
        chosen = probabilities.topk(self.top_k).indices
        is_chosen = torch.zeros_like(probabilities, dtype=torch.bool)
        is_chosen.scatter_(-1, chosen, True)
        gates = functional.normalize(probabilities * is_chosen, p=1, dim=-1)
        result = torch.zeros_like(x)
        for i, expert in enumerate(self.experts):
            here = is_chosen[..., i]
            if here.any():
                part = gates[here][:, i, None].to(x.dtype) * expert(x[here])
                result = result.index_put((here,), part, accumulate=True)
        share = is_chosen.to(wide).mean((0, 1)) / self.top_k
        mean = probabilities.mean((0, 1))
        return result, len(self.experts) * share @ mean


class returns_to_a_slot_for_each_choice(nn.Module):
    """Every choice has a slot of its own, so each result is written once, and the sums
    come at the end, always in the same order. It takes the memory of `top_k` results.
    """

    def __init__(self, embed_dim, experts, top_k):
        super().__init__()
        self.router = nn.Linear(embed_dim, len(experts), bias=False)
        self.experts = nn.ModuleList(experts)
        self.top_k = top_k

    def forward(self, x):
        probabilities = self.router(x)
        if x.dtype in (torch.bfloat16, torch.float16):
            probabilities = probabilities.float()
        probabilities = probabilities.softmax(dim=-1).flatten(0, 1)
        kept, chosen = probabilities.sort(dim=-1, descending=True)
        kept, chosen = kept[:, : self.top_k], chosen[:, : self.top_k]
        weights = kept / kept.sum(1, keepdim=True)
        tokens = x.flatten(0, 1)
        slots = x.new_zeros(*chosen.shape, x.shape[-1])
        for i, expert in enumerate(self.experts):
            mine = chosen == i
            if mine.any():
                slots[mine] = expert(tokens[mine.nonzero()[:, 0]])
        result = (weights[..., None] * slots).sum(dim=1).to(x.dtype)
        mean = probabilities.mean(dim=0)
        counts = [(chosen == i).sum() for i in range(len(self.experts))]
        loss = len(self.experts) * (torch.stack(counts) * mean).sum() / chosen.numel()
        return result.reshape(x.shape), loss
