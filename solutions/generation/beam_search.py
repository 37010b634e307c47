"""One row for each live beam, and one number: the sum of its log-probabilities.

All extensions compete in one `topk`, and each survivor is rebuilt from its parent.
Live beams are equally long, so their sums can be compared; texts that ended at
different steps cannot, so these wait in a list with a score by length.
"""

from collections.abc import Callable

import torch
from torch import Tensor


@torch.no_grad()
def beam_search(
    model: Callable[[Tensor], Tensor],
    prompt: Tensor,
    num_beams: int,
    max_new_tokens: int,
    eos_id: int,
    length_penalty: float = 1.0,
) -> tuple[list[int], float]:
    """The best text that a beam of this width finds, and its score."""
    if num_beams < 1 or max_new_tokens < 1:
        raise ValueError(
            f"num_beams and max_new_tokens must be 1 or more, not {num_beams} and "
            f"{max_new_tokens}"
        )
    rows, sums = prompt.unsqueeze(0), torch.zeros(1, device=prompt.device)
    done: list[tuple[float, list[int]]] = []
    for length in range(1, max_new_tokens + 1):
        logits = model(rows)[:, -1]
        if logits.dtype in (torch.bfloat16, torch.float16):
            logits = logits.float()
        totals = (sums.unsqueeze(1) + logits.log_softmax(dim=-1)).flatten()
        sums, places = totals.topk(min(num_beams, len(totals)))
        parents, tokens = places // logits.shape[-1], places % logits.shape[-1]
        rows = torch.cat([rows[parents], tokens.unsqueeze(1)], dim=1)
        live = (tokens != eos_id) & (length < max_new_tokens)
        for total, row in zip(sums[~live].tolist(), rows[~live], strict=True):
            done.append((total / length**length_penalty, row[len(prompt) :].tolist()))
        rows, sums = rows[live], sums[live]
        if not len(rows):
            break
    score, text = max(done)
    return text, score
