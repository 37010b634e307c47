"""Near misses of generation/speculative_decoding."""

import torch

from backprep.testing import fails


def _chances(model, tokens):
    logits = model(tokens.unsqueeze(0))[0]
    return logits.to(torch.promote_types(logits.dtype, torch.float32)).softmax(-1)


def _ratio(p, q, x, coin):
    return coin((p[x] / q[x]).item())


def _missing(p, q):
    left = (p - q).clamp(min=0)
    left = left if left.any() else p
    return left / left.sum()


def _from_the_target(p, q):
    return p


def _propose(draft, tokens, num_draft, sample, chances=_chances):
    if num_draft < 1:
        raise ValueError("nothing to propose")
    ids, qs = tokens, []
    for _ in range(num_draft):
        qs.append(chances(draft, ids)[-1])
        ids = torch.cat([ids, tokens.new_tensor([sample(qs[-1])])])
    return ids, qs


def _round(
    target,
    draft,
    tokens,
    num_draft,
    sample,
    coin,
    accept=_ratio,
    missing=_missing,
    last=_from_the_target,
    chances=_chances,
    late=0,
):
    ids, qs = _propose(draft, tokens, num_draft, sample, chances)
    ps = chances(target, ids)[-num_draft - 1 :].roll(-late, 0)
    new = []
    for x, p, q in zip(ids[len(tokens) :].tolist(), ps[:-1], qs, strict=True):
        if not accept(p, q, x, coin):
            return [*new, sample(missing(p, q))]
        new.append(x)
    return [*new, sample(last(ps[-1], qs[-1]))]


@fails(
    "test_the_text_has_the_targets_distribution",
    "test_a_rejection_ends_the_round",
    "test_computes_in_float32_at_least",
)
class draws_the_replacement_from_the_target:
    """What the draft likes gets its share twice, proposed and as a replacement."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        return _round(
            target, draft, tokens, num_draft, sample, coin, missing=lambda p, q: p
        )


@fails("test_what_rounding_leaves_over_is_drawn_from_the_target")
class divides_nothing_by_nothing:
    """A draft as good as the target is rejected by a rounding error, and gives NaN."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        return _round(
            target,
            draft,
            tokens,
            num_draft,
            sample,
            coin,
            missing=lambda p, q: (p - q).clamp(min=0) / (p - q).clamp(min=0).sum(),
        )


@fails(
    "test_the_text_has_the_targets_distribution",
    "test_accepts_as_often_as_it_may",
    "test_a_rejection_ends_the_round",
    "test_what_rounding_leaves_over_is_drawn_from_the_target",
    "test_computes_in_float32_at_least",
)
class tosses_no_coin:
    """A token is accepted if the target likes it as much, and never otherwise."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        return _round(
            target,
            draft,
            tokens,
            num_draft,
            sample,
            coin,
            accept=lambda p, q, x, coin: bool(p[x] >= q[x]),
        )


@fails(
    "test_the_text_has_the_targets_distribution",
    "test_accepts_as_often_as_it_may",
    "test_all_accepted_gives_one_more_token",
    "test_computes_in_float32_at_least",
)
class reads_the_target_one_place_late:
    """Each proposal is judged by the distribution of the token after it."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        return _round(target, draft, tokens, num_draft, sample, coin, late=1)


@fails(
    "test_the_text_has_the_targets_distribution",
    "test_a_rejection_ends_the_round",
    "test_all_accepted_gives_one_more_token",
    "test_computes_in_float32_at_least",
)
class draws_the_last_token_from_the_draft:
    """When all were accepted, the text's next token is the small model's."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        return _round(
            target, draft, tokens, num_draft, sample, coin, last=lambda p, q: q
        )


@fails("test_computes_in_float32_at_least")
class stays_in_half_precision:
    """A ratio of three digits, and a distribution with an error of half a percent."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        return _round(
            target,
            draft,
            tokens,
            num_draft,
            sample,
            coin,
            chances=lambda model, tokens: model(tokens[None])[0].softmax(-1),
        )


@fails(
    "test_accepts_as_often_as_it_may",
    "test_a_rejection_ends_the_round",
    "test_all_accepted_gives_one_more_token",
    "test_computes_in_float32_at_least",
)
class gives_no_token_of_its_own:
    """The last place that the target has scored already is thrown away."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        new = _round(target, draft, tokens, num_draft, sample, coin)
        return new[:num_draft]


@fails(
    "test_the_text_has_the_targets_distribution",
    "test_accepts_as_often_as_it_may",
    "test_a_rejection_ends_the_round",
    "test_computes_in_float32_at_least",
)
class goes_on_after_a_rejection:
    """What was proposed after the rejected token is taken to follow the new one."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        ids, qs = _propose(draft, tokens, num_draft, sample)
        *ps, last = _chances(target, ids)[-num_draft - 1 :]
        new = []
        for x, p, q in zip(ids[len(tokens) :].tolist(), ps, qs, strict=True):
            new.append(x if _ratio(p, q, x, coin) else sample(_missing(p, q)))
        return [*new, sample(last)]


@fails(
    "test_accepts_as_often_as_it_may",
    "test_a_rejection_ends_the_round",
    "test_all_accepted_gives_one_more_token",
    "test_computes_in_float32_at_least",
)
class compares_with_a_draw_of_the_target:
    """The text is right, and more proposals are rejected than need be."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        ids, _ = _propose(draft, tokens, num_draft, sample)
        new = []
        for x, p in zip(
            [*ids[len(tokens) :].tolist(), None],
            _chances(target, ids)[-num_draft - 1 :],
            strict=True,
        ):
            new.append(sample(p))
            if new[-1] != x:
                break
        return new


@fails("test_calls_the_target_once_a_round")
class asks_the_target_for_each_token:
    """Nothing is won: the large model reads its weights for each proposed token."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        ids, qs = _propose(draft, tokens, num_draft, sample)
        for place, q in enumerate(qs, start=len(tokens)):
            p, x = _chances(target, ids[:place])[-1], ids[place].item()
            if not _ratio(p, q, x, coin):
                return [*ids[len(tokens) : place].tolist(), sample(_missing(p, q))]
        return [*ids[len(tokens) :].tolist(), sample(_chances(target, ids)[-1])]


@fails(
    "test_goes_on_until_the_end",
    "test_does_no_work_in_vain",
)
class writes_past_the_end:
    """An end in the middle of a round is overlooked, and text follows it."""

    @torch.no_grad()
    def speculative_decode(
        target, draft, prompt, num_draft, max_new_tokens, eos_id, sample, coin
    ):
        if max_new_tokens < 1:
            raise ValueError("no tokens")
        new = []
        while len(new) < max_new_tokens and eos_id not in new[-1:]:
            ids = torch.cat([prompt, prompt.new_tensor(new)])
            missing = min(num_draft, max_new_tokens - len(new))
            new += _round(target, draft, ids, missing, sample, coin)
        return new[:max_new_tokens]


@fails("test_refuses_nothing_to_propose_and_works_on_any_device")
class takes_zero_for_no_proposals:
    """A `num_draft` of 0 was a mistake, and becomes one token for each call."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        if num_draft < 1:
            return [sample(_chances(target, tokens)[-1])]
        return _round(target, draft, tokens, num_draft, sample, coin)

    @torch.no_grad()
    def speculative_decode(
        target, draft, prompt, num_draft, max_new_tokens, eos_id, sample, coin
    ):
        if max_new_tokens < 1:
            raise ValueError("no tokens")
        new = []
        while len(new) < max_new_tokens and eos_id not in new:
            ids = torch.cat([prompt, prompt.new_tensor(new)])
            missing = min(num_draft, max_new_tokens - len(new))
            if missing < 1:
                new.append(sample(_chances(target, ids)[-1]))
            else:
                new += _round(target, draft, ids, missing, sample, coin)
        new = new[:max_new_tokens]
        return new[: new.index(eos_id) + 1] if eos_id in new else new
