"""Near misses of generation/batched_decoding."""

import torch
from torch.nn.utils.rnn import pad_sequence

from backprep.testing import fails


@fails(
    "test_the_first_token_follows_the_prompt",
    "test_the_neighbours_do_not_matter",
    "test_positions_count_the_tokens_of_the_row",
    "test_the_padding_has_an_id_like_any_other",
    "test_each_row_has_an_end_of_its_own",
)
def mends_nothing(model, prompts, max_new_tokens, eos_id, pad_id):
    """Short prompts go on from padding, and ended rows write whatever comes next."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(prompts, batch_first=True, padding_value=pad_id)
    longest = tokens.shape[1]
    for _ in range(max_new_tokens):
        mask = tokens != pad_id
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        positions = positions.expand_as(tokens)
        with torch.no_grad():
            logits = model(tokens, mask, positions)
        chosen = logits[:, -1].argmax(dim=-1, keepdim=True)
        tokens = torch.cat([tokens, chosen], dim=1)
        if (chosen == eos_id).all():
            break
    return tokens[:, longest:].tolist()


@fails(
    "test_the_first_token_follows_the_prompt",
    "test_the_neighbours_do_not_matter",
    "test_the_padding_has_an_id_like_any_other",
)
def pads_on_the_right(model, prompts, max_new_tokens, eos_id, pad_id):
    """The last column of a short row is padding: its first new token follows that."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(prompts, batch_first=True, padding_value=pad_id)
    longest = tokens.shape[1]
    real = [torch.ones_like(prompt, dtype=torch.bool) for prompt in prompts]
    mask = pad_sequence(real, batch_first=True)
    ended = torch.zeros_like(tokens[:, 0], dtype=torch.bool)
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


@fails("test_the_padding_has_an_id_like_any_other")
def finds_the_padding_by_its_id(model, prompts, max_new_tokens, eos_id, pad_id):
    """A token of the text with that id vanishes, and everything after it moves."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(
        prompts, batch_first=True, padding_value=pad_id, padding_side="left"
    )
    longest = tokens.shape[1]
    ended = torch.zeros_like(tokens[:, 0], dtype=torch.bool)
    for _ in range(max_new_tokens):
        mask = tokens != pad_id
        positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
        with torch.no_grad():
            logits = model(tokens, mask, positions)
        chosen = logits[:, -1].argmax(dim=-1, keepdim=True)
        tokens = torch.cat([tokens, chosen], dim=1)
        ended = ended | (chosen[:, 0] == eos_id)
        if ended.all():
            break
    rows = tokens[:, longest:].tolist()
    return [row[: row.index(eos_id) + 1] if eos_id in row else row for row in rows]


@fails(
    "test_the_first_token_follows_the_prompt",
    "test_the_neighbours_do_not_matter",
    "test_positions_count_the_tokens_of_the_row",
    "test_the_padding_has_an_id_like_any_other",
)
def counts_the_padding_as_places(model, prompts, max_new_tokens, eos_id, pad_id):
    """A short prompt stands where the model has seen the middle of texts."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(
        prompts, batch_first=True, padding_value=pad_id, padding_side="left"
    )
    longest = tokens.shape[1]
    real = [torch.ones_like(prompt, dtype=torch.bool) for prompt in prompts]
    mask = pad_sequence(real, batch_first=True, padding_side="left")
    ended = torch.zeros_like(tokens[:, 0], dtype=torch.bool)
    for _ in range(max_new_tokens):
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        positions = positions.expand_as(tokens)
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


@fails(
    "test_the_padding_has_an_id_like_any_other",
    "test_each_row_has_an_end_of_its_own",
    "test_calls_the_model_once_a_step",
)
def lets_ended_rows_go_on(model, prompts, max_new_tokens, eos_id, pad_id):
    """Behind the end of an answer stands the beginning of another."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(
        prompts, batch_first=True, padding_value=pad_id, padding_side="left"
    )
    longest = tokens.shape[1]
    real = [torch.ones_like(prompt, dtype=torch.bool) for prompt in prompts]
    mask = pad_sequence(real, batch_first=True, padding_side="left")
    for _ in range(max_new_tokens):
        positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
        with torch.no_grad():
            logits = model(tokens, mask, positions)
        chosen = logits[:, -1].argmax(dim=-1, keepdim=True)
        tokens = torch.cat([tokens, chosen], dim=1)
        mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
        if (chosen == eos_id).all():
            break
    return tokens[:, longest:].tolist()


@fails(
    "test_the_first_token_follows_the_prompt",
    "test_the_neighbours_do_not_matter",
    "test_positions_count_the_tokens_of_the_row",
    "test_the_text_is_seen_and_the_padding_is_not",
    "test_the_padding_has_an_id_like_any_other",
)
def attends_to_the_padding(model, prompts, max_new_tokens, eos_id, pad_id):
    """Each short row takes in as many pad tokens as its longest neighbour is longer."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(
        prompts, batch_first=True, padding_value=pad_id, padding_side="left"
    )
    longest = tokens.shape[1]
    real = [torch.ones_like(prompt, dtype=torch.bool) for prompt in prompts]
    mask = pad_sequence(real, batch_first=True, padding_side="left")
    ended = torch.zeros_like(tokens[:, 0], dtype=torch.bool)
    for _ in range(max_new_tokens):
        positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
        with torch.no_grad():
            logits = model(tokens, torch.ones_like(tokens) > 0, positions)
        chosen = logits[:, -1].argmax(dim=-1, keepdim=True)
        tokens = torch.cat([tokens, chosen], dim=1)
        mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
        ended = ended | (chosen[:, 0] == eos_id)
        if ended.all():
            break
    rows = tokens[:, longest:].tolist()
    return [row[: row.index(eos_id) + 1] if eos_id in row else row for row in rows]


@fails(
    "test_the_neighbours_do_not_matter",
    "test_positions_count_the_tokens_of_the_row",
    "test_the_padding_has_an_id_like_any_other",
)
def goes_on_counting_from_the_longest(model, prompts, max_new_tokens, eos_id, pad_id):
    """The prompts stand right, and new tokens of short rows leave a gap behind them."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(
        prompts, batch_first=True, padding_value=pad_id, padding_side="left"
    )
    longest = tokens.shape[1]
    real = [torch.ones_like(prompt, dtype=torch.bool) for prompt in prompts]
    mask = pad_sequence(real, batch_first=True, padding_side="left")
    ended = torch.zeros_like(tokens[:, 0], dtype=torch.bool)
    positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
    for _ in range(max_new_tokens):
        with torch.no_grad():
            logits = model(tokens, mask, positions)
        chosen = logits[:, -1].argmax(dim=-1, keepdim=True)
        tokens = torch.cat([tokens, chosen], dim=1)
        mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
        next_place = torch.full_like(chosen, positions.shape[1])
        positions = torch.cat([positions, next_place], dim=1)
        ended = ended | (chosen[:, 0] == eos_id)
        if ended.all():
            break
    rows = tokens[:, longest:].tolist()
    return [row[: row.index(eos_id) + 1] if eos_id in row else row for row in rows]


@fails(
    "test_the_padding_has_an_id_like_any_other",
    "test_each_row_has_an_end_of_its_own",
    "test_calls_the_model_once_a_step",
)
def ends_with_the_first_row(model, prompts, max_new_tokens, eos_id, pad_id):
    """The shortest answer cuts off all the others."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(
        prompts, batch_first=True, padding_value=pad_id, padding_side="left"
    )
    longest = tokens.shape[1]
    real = [torch.ones_like(prompt, dtype=torch.bool) for prompt in prompts]
    mask = pad_sequence(real, batch_first=True, padding_side="left")
    for _ in range(max_new_tokens):
        positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
        with torch.no_grad():
            logits = model(tokens, mask, positions)
        chosen = logits[:, -1].argmax(dim=-1, keepdim=True)
        tokens = torch.cat([tokens, chosen], dim=1)
        mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
        if (chosen == eos_id).any():
            break
    rows = tokens[:, longest:].tolist()
    return [row[: row.index(eos_id) + 1] if eos_id in row else row for row in rows]


@fails("test_calls_the_model_once_a_step")
def waits_for_all_to_end_in_one_step(model, prompts, max_new_tokens, eos_id, pad_id):
    """The text is cut right, and the model runs on after the last row has ended."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(
        prompts, batch_first=True, padding_value=pad_id, padding_side="left"
    )
    longest = tokens.shape[1]
    real = [torch.ones_like(prompt, dtype=torch.bool) for prompt in prompts]
    mask = pad_sequence(real, batch_first=True, padding_side="left")
    for _ in range(max_new_tokens):
        positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
        with torch.no_grad():
            logits = model(tokens, mask, positions)
        chosen = logits[:, -1].argmax(dim=-1, keepdim=True)
        tokens = torch.cat([tokens, chosen], dim=1)
        mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
        if (chosen == eos_id).all():
            break
    rows = tokens[:, longest:].tolist()
    return [row[: row.index(eos_id) + 1] if eos_id in row else row for row in rows]


@fails("test_an_end_in_a_prompt_is_text")
def takes_an_end_in_the_prompt_for_the_rows(
    model, prompts, max_new_tokens, eos_id, pad_id
):
    """A prompt with an end in it gets no answer, or one that is cut off."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(
        prompts, batch_first=True, padding_value=pad_id, padding_side="left"
    )
    longest = tokens.shape[1]
    real = [torch.ones_like(prompt, dtype=torch.bool) for prompt in prompts]
    mask = pad_sequence(real, batch_first=True, padding_side="left")
    ended = ((tokens == eos_id) & mask).any(dim=1)
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


@fails(
    "test_the_text_is_seen_and_the_padding_is_not",
    "test_calls_the_model_once_a_step",
)
def decodes_row_by_row(model, prompts, max_new_tokens, eos_id, pad_id):
    """Every row is right, and a batch of eight costs eight times as much."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    result = []
    for prompt in prompts:
        tokens, new = prompt[None], []
        while len(new) < max_new_tokens and eos_id not in new:
            positions = torch.arange(tokens.shape[1], device=tokens.device)[None]
            with torch.no_grad():
                logits = model(tokens, positions >= 0, positions)
            chosen = logits[:, -1].argmax(dim=-1, keepdim=True)
            tokens = torch.cat([tokens, chosen], dim=1)
            new.append(chosen.item())
        result.append(new)
    return result


@fails("test_records_nothing_and_works_on_any_device")
def records_a_graph(model, prompts, max_new_tokens, eos_id, pad_id):
    """Each step's activations stay until the text is done, and nobody asks for them."""
    if max_new_tokens < 1 or not all(len(prompt) for prompt in prompts):
        raise ValueError("there must be an id in each prompt and a token to add")
    tokens = pad_sequence(
        prompts, batch_first=True, padding_value=pad_id, padding_side="left"
    )
    longest = tokens.shape[1]
    real = [torch.ones_like(prompt, dtype=torch.bool) for prompt in prompts]
    mask = pad_sequence(real, batch_first=True, padding_side="left")
    ended = torch.zeros_like(tokens[:, 0], dtype=torch.bool)
    for _ in range(max_new_tokens):
        positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
        logits = model(tokens, mask, positions)
        chosen = logits[:, -1].argmax(dim=-1, keepdim=True)
        tokens = torch.cat([tokens, chosen], dim=1)
        mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
        ended = ended | (chosen[:, 0] == eos_id)
        if ended.all():
            break
    rows = tokens[:, longest:].tolist()
    return [row[: row.index(eos_id) + 1] if eos_id in row else row for row in rows]
