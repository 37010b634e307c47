"""Propose with the draft, judge with the target, and repair the first rejection.

A token is proposed and accepted with probability min(p, q). What is missing up to p
is max(p - q, 0), and a rejection is just as likely as all of that together; so the
replacement is drawn from it.
"""

from collections.abc import Callable

import torch
from torch import Tensor


@torch.no_grad()
def speculative_round(
    target: Callable[[Tensor], Tensor],
    draft: Callable[[Tensor], Tensor],
    tokens: Tensor,
    num_draft: int,
    sample: Callable[[Tensor], int],
    coin: Callable[[float], bool],
) -> list[int]:
    """The new ids of one round: what was accepted, and one more."""
    if num_draft < 1:
        raise ValueError(f"num_draft must be 1 or more, not {num_draft}")
    proposed, drawn_from = tokens, []
    for _ in range(num_draft):
        q = _next_distributions(draft, proposed, 1)[0]
        drawn_from.append(q)
        proposed = torch.cat([proposed, tokens.new_tensor([sample(q)])])
    *judges, after_all = _next_distributions(target, proposed, num_draft + 1)
    new: list[int] = []
    ids = proposed[len(tokens) :].tolist()
    for x, p, q in zip(ids, judges, drawn_from, strict=True):
        if not coin((p[x] / q[x]).item()):
            missing = (p - q).clamp(min=0)
            if not missing.any():
                missing = p
            return [*new, sample(missing / missing.sum())]
        new.append(x)
    return [*new, sample(after_all)]


def speculative_decode(
    target: Callable[[Tensor], Tensor],
    draft: Callable[[Tensor], Tensor],
    prompt: Tensor,
    num_draft: int,
    max_new_tokens: int,
    eos_id: int,
    sample: Callable[[Tensor], int],
    coin: Callable[[float], bool],
) -> list[int]:
    """The new ids up to the end token, or `max_new_tokens` of them."""
    if max_new_tokens < 1:
        raise ValueError(f"max_new_tokens must be 1 or more, not {max_new_tokens}")
    new: list[int] = []
    while len(new) < max_new_tokens and eos_id not in new:
        tokens = torch.cat([prompt, prompt.new_tensor(new)])
        missing = min(num_draft, max_new_tokens - len(new))
        new += speculative_round(target, draft, tokens, missing, sample, coin)
    new = new[:max_new_tokens]
    return new[: new.index(eos_id) + 1] if eos_id in new else new


def _next_distributions(
    model: Callable[[Tensor], Tensor], tokens: Tensor, last: int
) -> Tensor:
    """What the model gives at the last positions, as probabilities."""
    logits = model(tokens.unsqueeze(0))[0, -last:]
    if logits.dtype in (torch.bfloat16, torch.float16):
        logits = logits.float()
    return logits.softmax(dim=-1)
