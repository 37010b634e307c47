"""Near misses of generation/sample_next."""

import math

import torch

from backprep.testing import fails


def _check(logits, temperature, top_k, top_p):
    if temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError("temperature or top_k is too small")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be above 0 and at most 1")
    return logits.float() if logits.element_size() == 2 else logits


def _distribution(logits, temperature=1.0, top_k=None, top_p=None):
    logits = _check(logits, temperature, top_k, top_p)
    scores, order = logits.sort(dim=-1, descending=True, stable=True)
    scores = scores - scores[:, :1]
    if temperature == 0:
        top_k = 1
    else:
        scores = scores / temperature
    if top_k is not None:
        scores[:, top_k:] = -math.inf
    kept = scores.softmax(-1)
    if top_p is not None and top_p < 1:
        kept[:, 1:][kept.cumsum(-1)[:, :-1] >= top_p] = 0
    kept = kept / kept.sum(-1, keepdim=True)
    return torch.zeros_like(kept).scatter(-1, order, kept)


def _cut(logits, temperature, top_k):
    """The scores after temperature and top-k, from high to low, and their ids."""
    scores, order = logits.sort(dim=-1, descending=True, stable=True)
    scores = scores - scores[:, :1]
    scores = scores / (temperature or 1.0)
    if temperature == 0:
        top_k = 1
    if top_k is not None:
        scores[:, top_k:] = -math.inf
    return scores, order


@fails("test_the_temperature_divides_the_logits")
class divides_first:
    """A logit of 10,000 at a temperature of 1e-44 is infinite, and its row is NaN."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        logits = _check(logits, temperature, top_k, top_p)
        if temperature == 0:
            return _distribution(logits, 1.0, 1)
        return _distribution(logits / temperature, 1.0, top_k, top_p)


@fails("test_temperature_then_top_k_then_top_p")
class tempers_after_the_cuts:
    """A high temperature makes the tail likelier, after the nucleus was measured."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        if temperature == 0:
            return _distribution(logits, 0, top_k, top_p)
        _check(logits, temperature, top_k, top_p)
        kept = _distribution(logits, 1.0, top_k, top_p)
        return _distribution(kept.log(), temperature)


@fails("test_a_temperature_of_0_takes_the_highest")
class keeps_all_that_share_the_maximum:
    """Greedy text isn't repeatable: two equal tokens take turns."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        if temperature == 0:
            logits = _check(logits, temperature, top_k, top_p)
            best = (logits == logits.amax(-1, keepdim=True)).to(logits.dtype)
            return best / best.sum(-1, keepdim=True)
        return _distribution(logits, temperature, top_k, top_p)


@fails(
    "test_top_k_keeps_k_tokens_and_no_more",
    "test_computes_in_float32_at_least",
)
class keeps_all_that_reach_the_kth:
    """`logits >= kth` keeps every token that equals the last one: five for three."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        logits = _check(logits, temperature, top_k, top_p)
        if top_k is not None and temperature > 0:
            least = logits.topk(min(top_k, logits.shape[-1])).values[:, -1:]
            logits = logits.masked_fill(logits < least, -math.inf)
            top_k = None
        return _distribution(logits, temperature, top_k, top_p)


@fails("test_top_k_keeps_k_tokens_and_no_more")
class lets_topk_choose_among_equals:
    """`topk` promises no order among equals, so another machine keeps other tokens."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        logits = _check(logits, temperature, top_k, top_p)
        if top_k is not None and temperature > 0:
            best = logits.topk(min(top_k, logits.shape[-1]))
            none = torch.full_like(logits, -math.inf)
            logits, top_k = none.scatter(-1, best.indices, best.values), None
        return _distribution(logits, temperature, top_k, top_p)


@fails(
    "test_the_token_that_crosses_p_stays",
    "test_temperature_then_top_k_then_top_p",
    "test_computes_in_float32_at_least",
    "test_draws_each_row_from_its_distribution",
)
class drops_the_token_that_crosses:
    """The nucleus holds less than `top_p`, so a cautious value leaves one token."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        logits = _check(logits, temperature, top_k, top_p)
        scores, order = _cut(logits, temperature, top_k)
        kept = scores.softmax(-1)
        if top_p is not None and top_p < 1:
            kept[:, 1:][kept.cumsum(-1)[:, 1:] > top_p] = 0
        kept = kept / kept.sum(-1, keepdim=True)
        return torch.zeros_like(kept).scatter(-1, order, kept)

    def sample_next(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
        logits = _check(logits, temperature, top_k, top_p)
        scores, order = _cut(logits, temperature, top_k)
        kept = scores.softmax(-1)
        if top_p is not None and top_p < 1:
            kept[:, 1:][kept.cumsum(-1)[:, 1:] > top_p] = 0
        place = torch.multinomial(kept, 1, generator=generator)
        return order.gather(1, place).squeeze(1)


@fails(
    "test_temperature_then_top_k_then_top_p",
    "test_computes_in_float32_at_least",
)
class cuts_the_nucleus_first:
    """`top_p` is measured on the whole vocabulary, and top-k cuts what it left."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        logits = _check(logits, temperature, top_k, top_p)
        if temperature == 0:
            return _distribution(logits, 0)
        kept = _distribution(logits, temperature, None, top_p)
        return _distribution(kept.log(), 1.0, top_k)


@fails(
    "test_the_token_that_crosses_p_stays",
    "test_temperature_then_top_k_then_top_p",
    "test_each_row_is_cut_for_itself",
    "test_computes_in_float32_at_least",
)
class hides_by_place_and_not_by_id:
    """The mask is in the order of the sort, and is laid over the order of the ids."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        whole = _distribution(logits, temperature, top_k)
        if top_p is None or top_p == 1 or temperature == 0:
            return _distribution(logits, temperature, top_k, top_p)
        _check(logits, temperature, top_k, top_p)
        ranked = whole.sort(dim=-1, descending=True).values
        out = (ranked.cumsum(-1) - ranked) >= top_p
        kept = whole.masked_fill(out, 0.0)
        return kept / kept.sum(-1, keepdim=True).clamp(min=1e-9)


@fails("test_computes_in_float32_at_least")
class adds_up_in_half_precision:
    """The sum of many small probabilities stalls, and the whole vocabulary stays."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        _check(logits, temperature, top_k, top_p)
        scores, order = _cut(logits, temperature, top_k)
        kept = scores.softmax(-1)
        if top_p is not None and top_p < 1:
            kept[:, 1:][kept.cumsum(-1)[:, :-1] >= top_p] = 0
        kept = kept / kept.sum(-1, keepdim=True)
        return torch.zeros_like(kept).scatter(-1, order, kept)


@fails("test_draws_each_row_from_its_distribution")
class draws_one_number_for_all_rows:
    """Rows with the same prompt get the same text, however many you ask for."""

    def sample_next(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
        kept = _distribution(logits, temperature, top_k, top_p)
        number = torch.rand(1, generator=generator)
        return (kept.cumsum(-1) <= number).sum(-1).clamp(max=logits.shape[-1] - 1)


@fails("test_draws_from_the_callers_generator")
class draws_from_the_global_generator:
    """A seed does not repeat the text, which changes with whatever else is drawn."""

    def sample_next(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
        kept = _distribution(logits, temperature, top_k, top_p)
        return torch.multinomial(kept, 1).squeeze(1)


@fails("test_refuses_what_makes_no_sense")
class takes_zero_for_none:
    """`if top_k:` turns a 0 that was a mistake into no limit at all."""

    def next_distribution(logits, temperature=1.0, top_k=None, top_p=None):
        if temperature < 0:
            raise ValueError("temperature is negative")
        return _distribution(logits, temperature, top_k or None, top_p or None)

    def sample_next(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
        if temperature < 0:
            raise ValueError("temperature is negative")
        kept = _distribution(logits, temperature, top_k or None, top_p or None)
        return torch.multinomial(kept, 1, generator=generator).squeeze(1)
