"""Near misses of generation/beam_search."""

import torch

from backprep.testing import fails


def _steps(logits):
    wide = torch.promote_types(logits.dtype, torch.float32)
    return logits.to(wide).log_softmax(-1)


def _score(total, length, new, penalty):
    return total / length**penalty


def _each_once(model, rows):
    return model(rows)[:, -1]


def _search(
    model,
    prompt,
    num_beams,
    longest,
    eos_id,
    penalty,
    steps=_steps,
    score=_score,
    call=_each_once,
    parent=lambda place, size, beams: place // size,
    stops_at_end=False,
    keeps_done=True,
):
    if num_beams < 1 or longest < 1:
        raise ValueError("no beams or no tokens")
    rows, sums = prompt.unsqueeze(0), torch.zeros(1, device=prompt.device)
    done = []
    for length in range(1, longest + 1):
        chances = steps(call(model, rows))
        size = chances.shape[-1]
        totals = (sums.unsqueeze(1) + chances).flatten()
        sums, places = totals.topk(min(num_beams, len(totals)))
        parents = parent(places, size, len(rows))
        rows = torch.cat([rows[parents], (places % size).unsqueeze(1)], 1)
        ended = (rows[:, -1] == eos_id) | (length == longest)
        if not keeps_done and not ended.all():
            done = []
        for total, row in zip(sums[ended].tolist(), rows[ended], strict=True):
            new = row[len(prompt) :].tolist()
            done.append((score(total, length, row, penalty), new))
        rows, sums = rows[~ended], sums[~ended]
        if not len(rows) or (stops_at_end and done):
            break
    best = max(done)
    return best[1], best[0]


@fails(
    "test_a_wide_beam_finds_the_best_of_all_texts",
    "test_a_narrow_beam_keeps_the_highest_sums",
    "test_a_beam_of_one_is_greedy",
    "test_sums_in_float32_at_least",
)
@torch.no_grad()
def sums_the_logits(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """A row with high logits looks likely, though only differences mean anything."""
    return _search(
        model,
        prompt,
        num_beams,
        max_new_tokens,
        eos_id,
        length_penalty,
        steps=lambda logits: logits.to(
            torch.promote_types(logits.dtype, torch.float32)
        ),
    )


@fails("test_long_texts_do_not_vanish")
@torch.no_grad()
def multiplies_probabilities(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """After some hundred tokens every product is zero, and all texts are equal."""
    if num_beams < 1 or max_new_tokens < 1:
        raise ValueError("no beams or no tokens")
    rows, products = prompt.unsqueeze(0), torch.ones(1, device=prompt.device)
    done = []
    for length in range(1, max_new_tokens + 1):
        totals = products.unsqueeze(1) * _steps(model(rows)[:, -1]).exp()
        size, totals = totals.shape[-1], totals.flatten()
        products, places = totals.topk(min(num_beams, len(totals)))
        rows = torch.cat([rows[places // size], (places % size).unsqueeze(1)], 1)
        ended = (rows[:, -1] == eos_id) | (length == max_new_tokens)
        logs = products[ended].log().tolist()
        for total, row in zip(logs, rows[ended], strict=True):
            done.append((total / length**length_penalty, row[len(prompt) :].tolist()))
        rows, products = rows[~ended], products[~ended]
        if not len(rows):
            break
    best = max(done)
    return best[1], best[0]


@fails(
    "test_a_wide_beam_finds_the_best_of_all_texts",
    "test_a_narrow_beam_keeps_the_highest_sums",
    "test_a_beam_of_one_is_greedy",
    "test_scores_are_divided_by_the_length",
    "test_what_is_finished_waits_until_the_end",
    "test_long_texts_do_not_vanish",
    "test_sums_in_float32_at_least",
)
@torch.no_grad()
def compares_by_the_sum(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """Every further token lowers a sum, so the shortest text wins."""
    return _search(
        model,
        prompt,
        num_beams,
        max_new_tokens,
        eos_id,
        length_penalty,
        score=lambda total, length, row, penalty: total,
    )


@fails(
    "test_a_wide_beam_finds_the_best_of_all_texts",
    "test_a_narrow_beam_keeps_the_highest_sums",
    "test_a_beam_of_one_is_greedy",
    "test_scores_are_divided_by_the_length",
    "test_what_is_finished_waits_until_the_end",
    "test_long_texts_do_not_vanish",
    "test_sums_in_float32_at_least",
)
@torch.no_grad()
def counts_the_prompt_as_well(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """With a long prompt all texts are equally long, and short ones win again."""
    return _search(
        model,
        prompt,
        num_beams,
        max_new_tokens,
        eos_id,
        length_penalty,
        score=lambda total, length, row, penalty: total / len(row) ** penalty,
    )


@fails(
    "test_a_wide_beam_finds_the_best_of_all_texts",
    "test_a_narrow_beam_keeps_the_highest_sums",
    "test_a_beam_of_one_is_greedy",
    "test_scores_are_divided_by_the_length",
    "test_what_is_finished_waits_until_the_end",
    "test_calls_the_model_once_a_step",
    "test_sums_in_float32_at_least",
)
@torch.no_grad()
def extends_what_has_ended(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """The end is a token like any other: text goes on behind it, and takes a beam."""
    return _search(model, prompt, num_beams, max_new_tokens, -1, length_penalty)


@fails(
    "test_a_wide_beam_finds_the_best_of_all_texts",
    "test_a_narrow_beam_keeps_the_highest_sums",
    "test_scores_are_divided_by_the_length",
    "test_what_is_finished_waits_until_the_end",
    "test_sums_in_float32_at_least",
)
@torch.no_grad()
def stops_at_the_first_end(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """The first text that ends is returned, and a better one is a token away."""
    return _search(
        model,
        prompt,
        num_beams,
        max_new_tokens,
        eos_id,
        length_penalty,
        stops_at_end=True,
    )


@fails(
    "test_a_wide_beam_finds_the_best_of_all_texts",
    "test_a_narrow_beam_keeps_the_highest_sums",
    "test_what_is_finished_waits_until_the_end",
    "test_sums_in_float32_at_least",
)
@torch.no_grad()
def forgets_what_has_ended(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """Only what ends last is compared: a good short text is lost."""
    return _search(
        model,
        prompt,
        num_beams,
        max_new_tokens,
        eos_id,
        length_penalty,
        keeps_done=False,
    )


@fails(
    "test_a_wide_beam_finds_the_best_of_all_texts",
    "test_a_narrow_beam_keeps_the_highest_sums",
    "test_sums_in_float32_at_least",
)
@torch.no_grad()
def continues_the_wrong_parent(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """The rows stay where they were while the sums are sorted: tokens of one text are
    appended to another, and the score belongs to neither."""
    return _search(
        model,
        prompt,
        num_beams,
        max_new_tokens,
        eos_id,
        length_penalty,
        parent=lambda places, size, beams: (
            torch.arange(len(places), device=places.device) % beams
        ),
    )


@fails("test_calls_the_model_once_a_step")
@torch.no_grad()
def calls_the_model_beam_by_beam(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """The weights are read once for each beam: eight beams take eight times as long."""
    return _search(
        model,
        prompt,
        num_beams,
        max_new_tokens,
        eos_id,
        length_penalty,
        call=lambda model, rows: torch.cat([model(row[None])[:, -1] for row in rows]),
    )


@fails(
    "test_a_narrow_beam_keeps_the_highest_sums",
    "test_a_beam_of_one_is_greedy",
    "test_calls_the_model_once_a_step",
    "test_sums_in_float32_at_least",
)
@torch.no_grad()
def sets_every_end_aside(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """Ends need no place in the beam, so a beam of one is not greedy: unlikely ends are
    compared, and live texts are kept that were too poor."""
    if num_beams < 1 or max_new_tokens < 1:
        raise ValueError("no beams or no tokens")
    rows, sums = prompt.unsqueeze(0), torch.zeros(1, device=prompt.device)
    done = []
    for length in range(1, max_new_tokens + 1):
        totals = sums.unsqueeze(1) + _steps(model(rows)[:, -1])
        for total, row in zip(totals[:, eos_id].tolist(), rows, strict=True):
            text = [*row[len(prompt) :].tolist(), eos_id]
            done.append((total / length**length_penalty, text))
        totals[:, eos_id] = -torch.inf
        size, totals = totals.shape[-1], totals.flatten()
        sums, places = totals.topk(min(num_beams, len(totals)))
        rows = torch.cat([rows[places // size], (places % size).unsqueeze(1)], 1)
    for total, row in zip(sums.tolist(), rows, strict=True):
        done.append((total / length**length_penalty, row[len(prompt) :].tolist()))
    best = max(done)
    return best[1], best[0]


@fails("test_sums_in_float32_at_least")
@torch.no_grad()
def stays_in_half_precision(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """Steps of 0.03 between two sums near 5: the better of two texts is a matter of
    rounding."""
    return _search(
        model,
        prompt,
        num_beams,
        max_new_tokens,
        eos_id,
        length_penalty,
        steps=lambda logits: logits.log_softmax(-1),
    )


@fails("test_refuses_no_beams_and_works_on_any_device")
@torch.no_grad()
def gives_an_empty_text_for_no_beams(
    model, prompt, num_beams, max_new_tokens, eos_id, length_penalty=1.0
):
    """A wrong setting looks like a model that has nothing to say."""
    if num_beams < 1 or max_new_tokens < 1:
        return [], 0.0
    return _search(model, prompt, num_beams, max_new_tokens, eos_id, length_penalty)
