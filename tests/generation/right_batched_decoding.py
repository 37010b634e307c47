"""Other right answers to generation/batched_decoding."""

import torch
from torch.nn.utils.rnn import pad_sequence


def reads_each_row_at_its_own_end(model, prompts, max_new_tokens, eos_id, pad_id):
    """Every column is its own position, and each row is read and written where its text
    ends. That takes a gather and a scatter in each step."""
    sizes = [prompt.numel() for prompt in prompts]
    if min(sizes) == 0 or max_new_tokens <= 0:
        raise ValueError("no ids, or no tokens to add")
    device, batch = prompts[0].device, len(prompts)
    tokens = torch.full((batch, max(sizes) + max_new_tokens), pad_id, device=device)
    for row, prompt in zip(tokens, prompts, strict=True):
        row[: len(prompt)] = prompt
    ends, rows = torch.tensor(sizes, device=device), torch.arange(batch, device=device)
    columns = torch.arange(tokens.shape[1], device=device).expand_as(tokens)
    going = torch.ones_like(rows, dtype=torch.bool)
    result = [[] for _ in prompts]
    for _ in range(max_new_tokens):
        with torch.inference_mode():
            logits = model(tokens, columns < ends[:, None], columns)
        chosen = logits[rows, ends - 1].argmax(-1)
        tokens[rows, ends] = chosen
        for text, token, goes in zip(
            result, chosen.tolist(), going.tolist(), strict=True
        ):
            if goes:
                text.append(token)
        ends, going = ends + 1, going & chosen.ne(eos_id)
        if not going.any():
            break
    return result


@torch.no_grad()
def takes_out_what_has_ended(model, prompts, max_new_tokens, eos_id, pad_id):
    """The batch shrinks with each row that ends, so nothing is computed for nobody. The
    shapes change, which a captured graph or a fixed cache does not like."""
    if max_new_tokens < 1 or min(map(len, prompts)) < 1:
        raise ValueError("nothing to go on from, or nothing to do")
    tokens = pad_sequence(
        [prompt.flip(0) for prompt in prompts], batch_first=True, padding_value=pad_id
    ).flip(1)
    sizes = torch.tensor([len(prompt) for prompt in prompts], device=tokens.device)
    result, live = (
        [[] for _ in prompts],
        torch.arange(len(prompts), device=sizes.device),
    )
    while len(live) and tokens.shape[1] < max(map(len, prompts)) + max_new_tokens:
        columns = torch.arange(tokens.shape[1], device=tokens.device)
        places = columns - (len(columns) - sizes)[:, None]
        chosen = model(tokens, places >= 0, places.relu())[:, -1].argmax(1)
        for row, token in zip(live.tolist(), chosen.tolist(), strict=True):
            result[row].append(token)
        tokens, sizes = torch.hstack([tokens, chosen[:, None]]), sizes + 1
        kept = chosen != eos_id
        live, tokens, sizes = live[kept], tokens[kept], sizes[kept]
    return result


def lays_out_each_step_anew(model, prompts, max_new_tokens, eos_id, pad_id):
    """The texts are Python lists, and each step pads them afresh: there is nothing to
    keep in step, and every step copies all texts to the device."""
    if max_new_tokens < 1 or any(p.numel() == 0 for p in prompts):
        raise ValueError("an empty prompt, or no tokens to add")
    texts, device = [p.tolist() for p in prompts], prompts[0].device
    news = [[] for _ in prompts]
    for _ in range(max_new_tokens):
        going = [i for i, new in enumerate(news) if eos_id not in new]
        if not going:
            break
        rows = [texts[i] + news[i] for i in going]
        width = max(map(len, rows))
        blanks = [width - len(row) for row in rows]
        pairs = list(zip(rows, blanks, strict=True))
        tokens = [[pad_id] * blank + row for row, blank in pairs]
        mask = [[False] * blank + [True] * len(row) for row, blank in pairs]
        places = [[0] * blank + list(range(len(row))) for row, blank in pairs]
        given = (torch.tensor(x, device=device) for x in (tokens, mask, places))
        with torch.no_grad():
            chosen = model(*given)[:, -1].argmax(-1).tolist()
        for i, token in zip(going, chosen, strict=True):
            news[i].append(token)
    return news
