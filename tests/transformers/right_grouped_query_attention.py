"""Other right answers to transformers/grouped_query_attention."""

import math

import torch


def names_every_dimension(query, key, value, is_causal=False):
    """`einsum` is told which dimensions meet, and folds the group into the queries
    itself. One has to know that it does, or to measure it."""
    kv_heads, keys = key.shape[1:3]
    if query.shape[1] % kv_heads != 0 or value.shape[1] != kv_heads:
        raise ValueError("heads must be a multiple of kv_heads")
    grouped = query.unflatten(1, (kv_heads, -1)) * query.shape[-1] ** -0.5
    scores = torch.einsum("bhgqd,bhkd->bhgqk", grouped, key)
    if is_causal:
        places = torch.arange(keys, device=query.device)
        hidden = places > places[keys - query.shape[2] :, None]
        scores = scores.masked_fill(hidden, -math.inf)
    return torch.einsum("bhgqk,bhkd->bhgqd", scores.softmax(-1), value).flatten(1, 2)


def takes_one_group_after_the_other(query, key, value, is_causal=False):
    """A loop over the key-value heads: a slice of the query heads meets one head of
    keys. Easy to check, and a call for each head, which a GPU does not like."""
    heads, kv_heads = query.size(1), key.size(1)
    if heads % kv_heads or value.size(1) != kv_heads:
        raise ValueError(f"{heads} heads and {kv_heads} do not go together")
    hidden = torch.ones(query.size(2), key.size(2), dtype=torch.bool)
    hidden = hidden.to(query.device).triu(key.size(2) - query.size(2) + 1)
    results = []
    for i, part in enumerate(query.chunk(kv_heads, dim=1)):
        rows = part.reshape(len(part), -1, part.size(-1))
        scores = torch.bmm(rows, key[:, i].mT) / math.sqrt(query.size(-1))
        scores = scores.unflatten(1, part.shape[1:3])
        if is_causal:
            scores = scores.masked_fill(hidden, -torch.inf)
        weights = scores.softmax(dim=-1).flatten(1, 2)
        results.append(torch.bmm(weights, value[:, i]).unflatten(1, part.shape[1:3]))
    return torch.cat(results, dim=1)


def goes_through_the_members(query, key, value, is_causal=False):
    """A loop over the members of the group: every second, or fourth, query head is a
    full set for plain attention. The keys are read once for each member."""
    if query.shape[1] % key.shape[1] or key.shape[1] != value.shape[1]:
        raise ValueError("the numbers of heads do not fit")
    group = query.shape[1] // key.shape[1]
    bias = query.new_zeros(query.shape[2], key.shape[2])
    if is_causal:
        seen = torch.ones_like(bias, dtype=torch.bool).tril(bias.shape[1] - len(bias))
        bias = bias.masked_fill(~seen, -math.inf)
    results = []
    for member in range(group):
        part = query[:, member::group]
        scores = part @ key.transpose(-2, -1) / math.sqrt(part.shape[-1]) + bias
        results.append(scores.softmax(-1) @ value)
    return torch.stack(results, dim=2).flatten(1, 2)
