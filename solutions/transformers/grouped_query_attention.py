"""Fold the group into the queries.

The query heads of a group meet the same keys, and so do the queries of one head. So a
group is one head with more queries, and the product with the keys is an ordinary one. A
product that broadcasts over the group would copy the keys for each of its members.
"""

import math

import torch
from torch import Tensor


def grouped_query_attention(
    query: Tensor, key: Tensor, value: Tensor, is_causal: bool = False
) -> Tensor:
    """Attention in which groups of adjacent query heads share keys and values."""
    heads, kv_heads = query.shape[1], key.shape[1]
    if heads % kv_heads:
        raise ValueError(f"{heads} query heads cannot share {kv_heads} key-value heads")
    if value.shape[1] != kv_heads:
        raise ValueError("keys and values have different numbers of heads")
    group, queries, keys = heads // kv_heads, query.shape[2], key.shape[2]
    folded = query.unflatten(1, (kv_heads, group)).flatten(2, 3)
    scores = folded @ key.mT / math.sqrt(query.shape[-1])
    if is_causal:
        pairs = torch.ones(queries, keys, dtype=torch.bool, device=query.device)
        future = pairs.triu(keys - queries + 1).repeat(group, 1)
        scores = scores.masked_fill(future, -math.inf)
    result = scores.softmax(dim=-1) @ value
    return result.unflatten(2, (group, queries)).flatten(1, 2)
