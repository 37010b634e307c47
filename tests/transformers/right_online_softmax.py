"""Other right answers to transformers/online_softmax."""

import math

import torch


def joins_by_logsumexp(query, key, value, block_size, is_causal=False):
    """Each block gives a finished result and the logarithm of its sum; two of these are
    joined in any order, so blocks can be computed in parallel or on several devices.
    The logarithm is as large as the scores, and rounded like them."""
    if block_size <= 0:
        raise ValueError("block_size must be positive")
    if is_causal and query.size(2) != key.size(2):
        raise ValueError("as many queries as keys, please")
    results = []
    for start in range(0, query.size(2), block_size):
        q = query[:, :, start : start + block_size]
        mixed, log_sum = torch.zeros_like(q), q.new_full(q.shape[:3], -math.inf)
        for first in range(0, key.size(2), block_size):
            if is_causal and first > start:
                break
            k = key[:, :, first : first + block_size]
            v = value[:, :, first : first + block_size]
            scores = torch.einsum("bhqd,bhkd->bhqk", q, k)
            scores = scores * q.size(-1) ** -0.5
            if is_causal and first == start:
                future = torch.ones_like(scores[0, 0], dtype=torch.bool).triu(1)
                scores = scores.masked_fill(future, -math.inf)
            own = scores.logsumexp(dim=-1)
            result = scores.softmax(dim=-1) @ v
            joined = torch.logaddexp(log_sum, own)
            mixed = mixed * (log_sum - joined).exp()[..., None]
            mixed = mixed + result * (own - joined).exp()[..., None]
            log_sum = joined
        results.append(mixed)
    return torch.cat(results, dim=2)


def finds_the_maximum_first(query, key, value, block_size, is_causal=False):
    """Two passes over the keys: one for the maximum, one for the sums, and nothing is
    ever rescaled. The scores are multiplied twice, in place of a few factors."""
    if block_size < 1:
        raise ValueError(f"block_size is {block_size}")
    if is_causal and query.shape[2] != key.shape[2]:
        raise ValueError("causal attention needs equal lengths")
    results = []
    for q, place in zip(
        query.split(block_size, dim=2),
        torch.arange(query.shape[2], device=query.device).split(block_size),
        strict=True,
    ):
        parts = list(
            zip(
                (key / math.sqrt(key.shape[-1])).split(block_size, dim=2),
                value.split(block_size, dim=2),
                torch.arange(key.shape[2], device=key.device).split(block_size),
                strict=True,
            )
        )
        if is_causal:
            parts = [part for part in parts if part[2][0] <= place[-1]]

        def scores(k, where, q=q, place=place):
            hidden = where > place[:, None] if is_causal else where < 0
            return (q @ k.mT).masked_fill(hidden, -math.inf)

        tops = [scores(k, where).amax(-1, keepdim=True) for k, _, where in parts]
        top, total, mixed = torch.stack(tops).amax(0), 0, 0
        for k, v, where in parts:
            shares = (scores(k, where) - top).exp()
            total, mixed = total + shares.sum(-1, keepdim=True), mixed + shares @ v
        results.append(mixed / total)
    return torch.cat(results, dim=2)
