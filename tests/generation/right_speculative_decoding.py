"""Other right answers to generation/speculative_decoding."""

import torch

from solutions.generation.speculative_decoding import speculative_round


class judges_all_at_once:
    """Stacks both models' distributions and finds the first rejection in one list: no
    branch in a loop, as a batch needs it. It tosses coins that nobody looks at."""

    @torch.no_grad()
    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        if num_draft < 1:
            raise ValueError("nothing to propose")
        ids, size = tokens[None], tokens.numel()
        rows = []
        for _ in range(num_draft):
            logits = draft(ids)[:, -1]
            wide = torch.promote_types(logits.dtype, torch.float32)
            rows.append(torch.softmax(logits, -1, dtype=wide))
            token = torch.full_like(ids[:, :1], sample(rows[-1][0]))
            ids = torch.hstack([ids, token])
        logits = target(ids)[0, size - 1 :]
        wide = torch.promote_types(logits.dtype, torch.float32)
        p, q = torch.softmax(logits, -1, dtype=wide), torch.cat(rows)
        x = ids[0, size:, None]
        ratios = p[:-1].gather(1, x) / q.gather(1, x)
        kept = [coin(ratio) for ratio in ratios.flatten().tolist()]
        first = [*kept, False].index(False)
        # nothing was proposed at the last place, so all of p is missing there
        missing = (p - torch.nn.functional.pad(q, (0, 0, 0, 1)))[first].relu()
        total = missing.sum()
        last = missing / total if total > 0 else p[first]
        return [*ids[0, size : size + first].tolist(), sample(last)]


class works_with_logarithms:
    """Log-softmax, and the ratio as the exponential of a difference: what serving code
    does where it has log-probabilities already. Minus infinity needs a thought."""

    def speculative_round(target, draft, tokens, num_draft, sample, coin):
        if num_draft <= 0:
            raise ValueError("num_draft must be positive")

        def scores(model, ids):
            with torch.inference_mode():
                return model(torch.stack([ids])).squeeze(0).double().log_softmax(1)

        ids, drawn_from = tokens, []
        while len(drawn_from) < num_draft:
            drawn_from.append(scores(draft, ids)[-1])
            token = sample(drawn_from[-1].exp())
            ids = torch.cat([ids, torch.tensor([token], device=tokens.device)])
        judges = scores(target, ids)
        for place, q in enumerate(drawn_from, start=len(tokens)):
            p, x = judges[place - 1], int(ids[place])
            if coin(min(1.0, (p[x] - q[x]).exp().item())):
                continue
            missing = torch.where(p > q, p.exp() - q.exp(), 0.0)
            chances = missing if missing.sum() > 0 else p.exp()
            return [*ids[len(tokens) : place].tolist(), sample(chances / chances.sum())]
        return [*ids[len(tokens) :].tolist(), sample(judges[-1].exp())]


class decodes_in_one_loop:
    """Appends token by token to one tensor and returns as soon as the text ends, so
    nothing has to be cut. Each round copies the whole text once for each token."""

    def speculative_decode(
        target, draft, prompt, num_draft, max_new_tokens, eos_id, sample, coin
    ):
        if num_draft < 1 or max_new_tokens < 1:
            raise ValueError(f"{num_draft} proposed of {max_new_tokens} tokens")
        ids, end = prompt, len(prompt) + max_new_tokens
        while True:
            most = min(num_draft, max(end - len(ids) - 1, 1))
            for token in speculative_round(target, draft, ids, most, sample, coin):
                ids = torch.cat([ids, ids.new_full((1,), token)])
                if token == eos_id or len(ids) == end:
                    return ids[len(prompt) :].tolist()
