"""Pad on the left, know the padding from the lengths, and count places by the mask.

With padding on the left, all rows end in the same column, which is the one to read
and to write behind. The mask says what belongs to a row, whatever ids stand there.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence


def greedy_decode(
    model: Callable[[Tensor, Tensor, Tensor], Tensor],
    prompts: list[Tensor],
    max_new_tokens: int,
    eos_id: int,
    pad_id: int,
) -> list[list[int]]:
    """The likeliest tokens after each prompt, row by row as if it were alone."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(
        prompts, batch_first=True, padding_value=pad_id, padding_side="left"
    )
    longest = tokens.shape[1]
    real = [torch.ones_like(prompt, dtype=torch.bool) for prompt in prompts]
    mask = pad_sequence(real, batch_first=True, padding_side="left")
    ended = torch.zeros_like(mask[:, 0])
    for _ in range(max_new_tokens):
        positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
        with torch.no_grad():
            logits = model(tokens, mask, positions)
        chosen = logits[:, -1].argmax(dim=-1, keepdim=True)
        tokens = torch.cat([tokens, chosen], dim=1)
        mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
        ended = ended | (chosen[:, 0] == eos_id)
        if ended.all():
            break
    rows = tokens[:, longest:].tolist()
    return [row[: row.index(eos_id) + 1] if eos_id in row else row for row in rows]
