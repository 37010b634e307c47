"""Near misses of generation/next_token_loss."""

import math

import torch
from torch.nn.functional import cross_entropy

from backprep.testing import fails


def _fit(logits, tokens, mask):
    if not logits.shape[:2] == tokens.shape == mask.shape:
        raise ValueError("logits, tokens and mask do not fit")
    return logits.float() if logits.element_size() == 2 else logits


def _sum(logits, tokens, mask):
    real = mask[:, :-1] & mask[:, 1:]
    scores, targets = logits[:, :-1][real], tokens[:, 1:][real]
    return cross_entropy(scores, targets, reduction="sum"), len(targets)


@fails(
    "test_each_position_predicts_the_token_after_it",
    "test_padding_neither_predicts_nor_is_predicted",
    "test_every_pair_weighs_the_same",
    "test_the_mask_alone_says_what_is_padding",
    "test_no_pair_at_all_gives_zero",
    "test_the_gradient_reaches_the_pairs_that_count",
    "test_computes_in_float32_at_least",
)
class does_not_shift:
    """The model learns to repeat its input, with a loss near zero and no text."""

    def next_token_loss(logits, tokens, mask):
        logits = _fit(logits, tokens, mask)
        total = cross_entropy(logits[mask], tokens[mask], reduction="sum")
        return total / mask.sum().clamp(min=1)


@fails(
    "test_each_position_predicts_the_token_after_it",
    "test_padding_neither_predicts_nor_is_predicted",
    "test_every_pair_weighs_the_same",
    "test_the_mask_alone_says_what_is_padding",
    "test_the_gradient_reaches_the_pairs_that_count",
    "test_computes_in_float32_at_least",
)
class shifts_the_wrong_way:
    """Each position names the token before it, which a causal model has seen."""

    def next_token_loss(logits, tokens, mask):
        logits = _fit(logits, tokens, mask)
        real = mask[:, :-1] & mask[:, 1:]
        scores, targets = logits[:, 1:][real], tokens[:, :-1][real]
        return cross_entropy(scores, targets, reduction="sum") / max(len(targets), 1)


@fails(
    "test_padding_neither_predicts_nor_is_predicted",
    "test_every_pair_weighs_the_same",
    "test_the_mask_alone_says_what_is_padding",
    "test_no_pair_at_all_gives_zero",
    "test_the_gradient_reaches_the_pairs_that_count",
)
class masks_by_the_first_of_each_pair:
    """The last token of every padded text learns to predict padding."""

    def next_token_loss(logits, tokens, mask):
        logits = _fit(logits, tokens, mask)
        scores, targets = logits[:, :-1][mask[:, :-1]], tokens[:, 1:][mask[:, :-1]]
        return cross_entropy(scores, targets, reduction="sum") / max(len(targets), 1)


@fails(
    "test_padding_neither_predicts_nor_is_predicted",
    "test_no_pair_at_all_gives_zero",
    "test_the_gradient_reaches_the_pairs_that_count",
)
class masks_by_the_targets_alone:
    """With padding on the left, padding has to guess how each text begins."""

    def next_token_loss(logits, tokens, mask):
        logits = _fit(logits, tokens, mask)
        scores, targets = logits[:, :-1][mask[:, 1:]], tokens[:, 1:][mask[:, 1:]]
        return cross_entropy(scores, targets, reduction="sum") / max(len(targets), 1)


@fails(
    "test_padding_neither_predicts_nor_is_predicted",
    "test_every_pair_weighs_the_same",
    "test_the_mask_alone_says_what_is_padding",
)
class averages_the_rows:
    """A pair in a text of two tokens weighs as much as a whole long text."""

    def next_token_loss(logits, tokens, mask):
        logits = _fit(logits, tokens, mask)
        real = mask[:, :-1] & mask[:, 1:]
        targets = tokens[:, 1:].masked_fill(~real, -100)
        each = cross_entropy(logits[:, :-1].mT, targets, reduction="none")
        rows = each.sum(1) / real.sum(1).clamp(min=1)
        return rows.sum() / real.any(1).sum().clamp(min=1)


@fails(
    "test_padding_neither_predicts_nor_is_predicted",
    "test_every_pair_weighs_the_same",
    "test_the_mask_alone_says_what_is_padding",
    "test_the_gradient_reaches_the_pairs_that_count",
)
class divides_by_every_position:
    """The padding leaves the sum and stays in the count: padded batches look easy."""

    def next_token_loss(logits, tokens, mask):
        logits = _fit(logits, tokens, mask)
        real = mask[:, :-1] & mask[:, 1:]
        targets = tokens[:, 1:].masked_fill(~real, -100)
        each = cross_entropy(logits[:, :-1].mT, targets, reduction="none")
        return each.sum() / max(each.numel(), 1)


@fails(
    "test_padding_neither_predicts_nor_is_predicted",
    "test_every_pair_weighs_the_same",
    "test_the_mask_alone_says_what_is_padding",
    "test_no_pair_at_all_gives_zero",
    "test_the_gradient_reaches_the_pairs_that_count",
)
class ignores_the_id_of_the_padding:
    """The end-of-text token is the padding too, so the model never learns to stop."""

    def next_token_loss(logits, tokens, mask):
        logits = _fit(logits, tokens, mask)
        padding = tokens[~mask].max().item() if not mask.all() else -100
        return cross_entropy(logits[:, :-1].mT, tokens[:, 1:], ignore_index=padding)


@fails("test_no_pair_at_all_gives_zero")
class takes_the_mean_of_nothing:
    """One batch of single tokens gives NaN, and the step after it ruins the weights."""

    def next_token_loss(logits, tokens, mask):
        logits = _fit(logits, tokens, mask)
        real = mask[:, :-1] & mask[:, 1:]
        return cross_entropy(logits[:, :-1][real], tokens[:, 1:][real])


@fails("test_computes_in_float32_at_least")
class stays_in_half_precision:
    """A loss of 1.7109 and one of 1.7188 are neighbours: you cannot see it fall."""

    def next_token_loss(logits, tokens, mask):
        _fit(logits, tokens, mask)
        total, pairs = _sum(logits, tokens, mask)
        return total / max(pairs, 1)


@fails("test_takes_tensors_that_fit_and_refuses_others")
class cuts_off_what_does_not_fit:
    """Logits that were shifted by the caller are shifted again, without an error."""

    def next_token_loss(logits, tokens, mask):
        length = min(logits.shape[1], tokens.shape[1], mask.shape[1])
        mask = mask[:, :length].expand(len(logits), length)
        tokens = tokens[:, :length].expand(len(logits), length)
        logits = logits[:, :length]
        total, pairs = _sum(_fit(logits, tokens, mask), tokens, mask)
        return total / max(pairs, 1)


@fails("test_perplexity_is_taken_once_over_all_batches")
class averages_the_perplexities:
    """The exponential of a mean is not the mean of exponentials, and small batches
    weigh too much."""

    @torch.no_grad()
    def perplexity(model, batches):
        found = []
        for tokens, mask in batches:
            total, pairs = _sum(model(tokens), tokens, mask)
            if pairs:
                found.append(math.exp(total.item() / pairs))
        if not found:
            raise ValueError("no pairs")
        return sum(found) / len(found)


@fails("test_perplexity_only_looks")
class evaluates_as_if_it_trained:
    """`eval()` turns dropout off and no recording: every batch leaves a graph."""

    def perplexity(model, batches):
        model.eval()
        total, pairs = 0.0, 0
        for tokens, mask in batches:
            loss, more = _sum(model(tokens), tokens, mask)
            total, pairs = total + loss, pairs + more
        if not pairs:
            raise ValueError("no pairs")
        return math.exp(total.item() / pairs)
