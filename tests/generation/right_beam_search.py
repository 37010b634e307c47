"""Other right answers to generation/beam_search."""

import torch


@torch.no_grad()
def keeps_its_beams_in_a_list(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """Pairs of a sum and a text, sorted by Python: easy to read and to print. It goes
    through all extensions one by one, which a real vocabulary does not allow."""
    if num_beams < 1 or max_new_tokens < 1:
        raise ValueError("there must be a beam and a token")
    live, done = [(0.0, prompt.tolist())], []
    for length in range(1, max_new_tokens + 1):
        rows = torch.tensor([text for _, text in live], device=prompt.device)
        logits = model(rows)[:, -1].double()
        steps = logits.log_softmax(-1).tolist()
        ways = [
            (total + step, [*text, token])
            for (total, text), row in zip(live, steps, strict=True)
            for token, step in enumerate(row)
        ]
        live = []
        for total, text in sorted(ways, reverse=True)[:num_beams]:
            if text[-1] == eos_id or length == max_new_tokens:
                done.append((total / length**length_penalty, text[len(prompt) :]))
            else:
                live.append((total, text))
        if not live:
            break
    score, text = max(done)
    return text, score


@torch.no_grad()
def follows_pointers_back(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """Each step notes parents and tokens, and only the best text is put together at
    the end. Nothing is copied for those that lose; with a cache it saves the most."""
    if min(num_beams, max_new_tokens) < 1:
        raise ValueError("there must be a beam and a token")
    rows, best = prompt[None], None
    sums = torch.zeros(1, 1, dtype=torch.float64, device=prompt.device)
    live, notes = torch.zeros(1, dtype=torch.long, device=prompt.device), []
    for length in range(1, max_new_tokens + 1):
        steps = model(rows)[:, -1].double().log_softmax(-1)
        wide = (sums + steps).flatten()
        order = wide.argsort(descending=True)[:num_beams]
        parents, tokens = order // steps.shape[1], order % steps.shape[1]
        notes.append((live[parents].tolist(), tokens.tolist()))
        for place, token in enumerate(notes[-1][1]):
            if token == eos_id or length == max_new_tokens:
                score = wide[order[place]].item() / length**length_penalty
                best = max(best or (score, length, place), (score, length, place))
        live = (tokens != eos_id).nonzero().flatten()
        rows = torch.cat([rows[parents], tokens[:, None]], 1)[live]
        sums = wide[order][live][:, None]
        if len(live) == 0:
            break
    score, length, place = best
    text = []
    for parents, tokens in reversed(notes[:length]):
        text.insert(0, tokens[place])
        place = parents[place]
    return text, score


@torch.no_grad()
def ends_when_nothing_can_win(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """A sum only falls, so the best live one over the largest divisor is a bound. It
    saves calls of the model when a good text ends early, and depends on the penalty."""
    if num_beams <= 0 or max_new_tokens <= 0:
        raise ValueError("there must be a beam and a token")
    rows, sums, best = prompt.view(1, -1), prompt.new_zeros(1).float(), (-torch.inf, [])
    for length in range(1, max_new_tokens + 1):
        logits = model(rows)[:, -1]
        logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
        steps = logits - logits.logsumexp(-1, keepdim=True)
        totals = (sums[:, None] + steps).reshape(-1)
        sums, places = totals.sort(descending=True)
        sums, places = sums[:num_beams], places[:num_beams]
        tokens = places % logits.shape[-1]
        parents = (places - tokens) // logits.shape[-1]
        rows = torch.hstack([rows.index_select(0, parents), tokens[:, None]])
        over = tokens.eq(eos_id) if length < max_new_tokens else tokens == tokens
        for i in over.nonzero().flatten().tolist():
            score = sums[i].item() / length**length_penalty
            best = max(best, (score, rows[i, prompt.numel() :].tolist()))
        rows, sums = rows[~over], sums[~over]
        longest = max_new_tokens if length_penalty > 0 else length + 1
        if len(rows) == 0 or sums[0].item() / longest**length_penalty < best[0]:
            break
    return best[1], best[0]
