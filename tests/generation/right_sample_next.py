"""Other right answers to generation/sample_next."""

import math

import torch

from solutions.generation.sample_next import next_distribution


def _check(temperature, top_k, top_p):
    if temperature < 0:
        raise ValueError("temperature is negative")
    if top_k is not None and top_k <= 0:
        raise ValueError("top_k keeps nothing")
    if top_p is not None and (top_p <= 0 or top_p > 1):
        raise ValueError("top_p is not a probability above 0")


class hides_logits_step_by_step:
    """One filter after the other on the logits, as libraries chain them. Each step can
    be tested and left out; the vocabulary is sorted once for each cut."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        _check(temperature, top_k, top_p)
        logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
        if temperature == 0:
            best = logits.argmax(-1, keepdim=True)
            return torch.zeros_like(logits).scatter(-1, best, 1.0)
        logits = (logits - logits.amax(-1, keepdim=True)) / temperature
        if top_k is not None:
            ids = logits.argsort(dim=-1, descending=True, stable=True)[:, top_k:]
            logits = logits.scatter(-1, ids, -math.inf)
        if top_p is not None and top_p < 1:
            chances = logits.softmax(-1)
            ranked, ids = chances.sort(dim=-1, descending=True, stable=True)
            gone = ranked.cumsum(-1).roll(1, -1) >= top_p
            gone[:, 0] = False
            logits = logits.masked_fill(gone.gather(-1, ids.argsort(-1)), -math.inf)
        return logits.softmax(-1)


class goes_row_by_row:
    """Plain Python for one row after the other: nobody has to think about dimensions.
    Far too slow for a real vocabulary, and just right as the oracle of a test."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        _check(temperature, top_k, top_p)
        dtype = torch.promote_types(logits.dtype, torch.float32)
        result = torch.zeros_like(logits, dtype=dtype)
        for row, scores in zip(result, logits.tolist(), strict=True):
            order = sorted(range(len(scores)), key=lambda i: -scores[i])
            order = order[: 1 if temperature == 0 else top_k]
            best, heat = max(scores), temperature or 1.0
            weights = [math.exp((scores[i] - best) / heat) for i in order]
            total, reached = math.fsum(weights), 0.0
            for i, weight in zip(order, weights, strict=True):
                row[i] = weight
                reached += weight / total
                if top_p is not None and top_p < 1 and reached >= top_p:
                    break
            row /= row.sum()
        return result


class races_exponential_clocks:
    """Each token waits for an exponential time with its probability as the rate, and
    the first one wins. No sum is searched, and nothing has to be normalised."""

    def sample_next(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
        kept = next_distribution(logits, temperature, top_k, top_p)
        waits = torch.empty_like(kept).exponential_(generator=generator)
        return (kept / waits).argmax(dim=-1)


class inverts_the_sum:
    """One uniform number a row, looked up in the running sum: one draw of the generator
    for each row, whatever the vocabulary. The last token has to catch what rounding
    leaves over."""

    def sample_next(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
        kept = next_distribution(logits, temperature, top_k, top_p)
        sums = kept.cumsum(-1)
        numbers = torch.rand(
            len(kept), 1, dtype=kept.dtype, device=kept.device, generator=generator
        )
        return torch.searchsorted(sums, numbers * sums[:, -1:], right=True).squeeze(1)
