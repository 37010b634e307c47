"""Other right answers to generation/next_token_loss."""

import math

import torch
from torch.nn.functional import cross_entropy


class marks_what_does_not_count:
    """The usual form: hidden targets become -100, which `cross_entropy` ignores. All
    shapes stay as they are, which a compiler likes; the hidden rows cost a softmax."""

    def next_token_loss(logits, tokens, mask):
        if logits.shape[:2] != tokens.shape or tokens.shape != mask.shape:
            raise ValueError(f"{logits.shape}, {tokens.shape} and {mask.shape}")
        real = mask[:, 1:].logical_and(mask[:, :-1])
        targets = torch.where(real, tokens[:, 1:], -100)
        wide = torch.promote_types(logits.dtype, torch.float32)
        scores = logits[:, :-1].to(wide).flatten(0, 1)
        total = cross_entropy(scores, targets.flatten(), reduction="sum")
        return total / real.sum().clamp(min=1)


class takes_the_logarithm_itself:
    """By hand: the log of the sum minus the score of the target. You see every step,
    and write the clamp that keeps an id at padding inside the vocabulary."""

    def next_token_loss(logits, tokens, mask):
        batch, length, _ = logits.shape
        if tuple(tokens.shape) != (batch, length) or mask.shape != tokens.shape:
            raise ValueError("tokens and mask must be (batch, length), as the logits")
        if logits.dtype in (torch.float16, torch.bfloat16):
            logits = logits.to(torch.float32)
        scores, real = logits[:, :-1], mask[:, :-1] * mask[:, 1:]
        ids = torch.where(real, tokens[:, 1:], 0).unsqueeze(-1)
        each = scores.logsumexp(-1) - scores.gather(-1, ids).squeeze(-1)
        count = int(real.sum())
        return (each * real).sum() / (count or 1)


class goes_row_by_row:
    """One text at a time, cut out of its padding: the easiest to read, and never more
    than one row's softmax in memory. A GPU waits for each row."""

    def next_token_loss(logits, tokens, mask):
        if not tokens.shape == mask.shape == logits.shape[:-1]:
            raise ValueError("these tensors do not belong together")
        if logits.dtype != torch.float64:
            logits = logits.float()
        total, count = logits.sum() * 0, 0
        for scores, ids, real in zip(logits, tokens, mask, strict=True):
            scores, ids = scores[real], ids[real]
            if len(ids) > 1:
                total = total + cross_entropy(scores[:-1], ids[1:], reduction="sum")
                count += len(ids) - 1
        return total / max(count, 1)


class weighs_means_by_their_counts:
    """Perplexity from the loss you have: each batch's mean times its count. Nothing is
    written twice; an empty batch has to weigh nothing."""

    def perplexity(model, batches):
        parts = []
        for tokens, mask in batches:
            real = mask[:, 1:] & mask[:, :-1]
            with torch.inference_mode():
                logits = model(tokens)[:, :-1][real]
                each = cross_entropy(logits, tokens[:, 1:][real], reduction="none")
            parts += each.tolist()
        if len(parts) == 0:
            raise ValueError("no batch holds two neighbouring tokens")
        return math.exp(math.fsum(parts) / len(parts))
