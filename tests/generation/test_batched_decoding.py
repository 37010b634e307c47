import itertools

import pytest
import torch
from torch.nn.functional import one_hot

from backprep.testing import prompt_says
from solutions.generation.batched_decoding import greedy_decode
from tests.helpers.second_device import Elsewhere

PAD, END, IDS, PLACES = 0, 1, 50, 24


class Model:
    """The next id depends on every token seen and its position, and on the last
    token's own. It is never PAD or END. Whole numbers only, so nothing is rounded."""

    def __init__(self):
        self.seen, self.own = torch.randint(10_000, (2, IDS, PLACES))
        self.weight = torch.ones((), requires_grad=True)
        self.calls, self.recorded = [], False

    def __call__(self, tokens, attention_mask, position_ids):
        given = tokens, attention_mask, position_ids
        shapes = [tuple(t.shape) for t in given]
        assert len({*shapes}) == 1, f"the model gets the shapes {shapes}"
        assert attention_mask.dtype == torch.bool, f"the mask is {attention_mask.dtype}"
        lowest = position_ids.min().item()
        assert lowest >= 0, f"the model has no position {lowest}"
        self.calls.append([t.tolist() for t in given])
        each = self.seen[tokens, position_ids] * attention_mask
        sums = each.cumsum(dim=1) + self.own[tokens, position_ids]
        logits = one_hot(2 + sums % (IDS - 2), IDS) * self.weight
        self.recorded |= logits.requires_grad
        return logits

    def alone(self, prompt, longest, end=END):
        """The new ids of a prompt without any batch, in plain Python."""
        seen, own = self.seen.tolist(), self.own.tolist()
        text, new = list(prompt), []
        while len(new) < longest and end not in new:
            total = sum(seen[t][i] for i, t in enumerate(text))
            total += own[text[-1]][len(text) - 1]
            new.append(2 + total % (IDS - 2))
            text.append(new[-1])
        return new


def ragged(*lengths):
    """Prompts of these lengths, without PAD and END."""
    return [torch.randint(2, IDS, (length,)).tolist() for length in lengths]


def decode(model, prompts, longest, end=END, pad=PAD):
    rows = [torch.tensor(prompt, dtype=torch.int64) for prompt in prompts]
    return greedy_decode(model, rows, longest, end, pad)


def agrees(found, expected, what):
    """Tell the rows that get something else than they get alone."""
    assert len(found) == len(expected), f"{what}: {len(found)} rows come back"
    wrong = {
        i: f"{row}, not {wanted}"
        for i, (row, wanted) in enumerate(zip(found, expected, strict=True))
        if row != wanted
    }
    told = "; ".join(f"row {i} is {text}" for i, text in wrong.items())
    assert not wrong, f"{what}: {told}"


@prompt_says(
    "Each new token is the one with the highest logit after the row's text so far.",
    "and the lengths may differ",
)
def test_the_first_token_follows_the_prompt():
    """Which column holds the logits after the last token of a short prompt?"""
    model, prompts = Model(), ragged(2, 5, 1)
    expected = [model.alone(prompt, 1) for prompt in prompts]
    agrees(decode(model, prompts, 1), expected, "prompts of 2, 5 and 1 ids")


@prompt_says(
    "What a prompt gets does not depend on the other rows: it gets what it would get "
    "alone.",
    "The result has a list for each prompt, in the same order, of its new ids, each an "
    "`int`.",
)
@pytest.mark.parametrize("lengths", [(1,), (1, 4), (6, 2, 3)], ids=str)
def test_the_neighbours_do_not_matter(lengths):
    """Take a row out of its batch, or put longer ones beside it: what may change?"""
    model, prompts = Model(), ragged(*lengths)
    expected = [model.alone(prompt, 6) for prompt in prompts]
    found = decode(model, prompts, 6)
    agrees(found, expected, f"prompts of {lengths} ids")
    kinds = {type(i).__name__ for i in itertools.chain(*found)}
    assert kinds == {"int"}, f"the ids are {sorted(kinds)}"


@prompt_says(
    "`position_ids` are int64.",
    "For a token of the text they say where in its row's text it stands, "
    "counted from 0.",
)
def test_positions_count_the_tokens_of_the_row():
    """A token stands where it stood without padding, and new ones go on from there."""
    model = Model()
    decode(model, ragged(2, 5), 3)
    for step, (_, mask, positions) in enumerate(model.calls):
        for row, pairs in enumerate(map(zip, positions, mask)):
            seen = [position for position, real in pairs if real]
            right = seen == list(range(len(seen)))
            assert right, f"step {step}, row {row}: its tokens stand at {seen}"


@prompt_says(
    "`attention_mask` is boolean: `True` at all tokens of the row's text, those of the "
    "prompt and new ones, and `False` at padding.",
)
def test_the_text_is_seen_and_the_padding_is_not():
    """In every step, count what a row may look at."""
    model, prompts = Model(), ragged(1, 4, 2)
    decode(model, prompts, 3)
    for step, (tokens, mask, _) in enumerate(model.calls):
        pairs = (zip(*row, strict=True) for row in zip(tokens, mask, strict=True))
        seen = sorted(([t for t, real in row if real] for row in pairs), key=len)
        sizes = [len(text) for text in seen]
        wanted = [length + step for length in (1, 2, 4)]
        assert sizes == wanted, f"step {step}: {sizes} tokens are seen, not {wanted}"
        begun = [text[: len(text) - step] for text in seen]
        wanted = sorted(prompts, key=len)
        assert begun == wanted, f"step {step}: {begun} is seen, not {wanted}"


@prompt_says(
    "`pad_id` is an id like any other: it may stand in a prompt, be a new token, or be "
    "`eos_id`."
)
def test_the_padding_has_an_id_like_any_other():
    """Many models have no id to spare for it. How do you know padding then?"""
    model = Model()
    prompts = [[PAD, 5, PAD, 7], [9, PAD], [PAD], [3, 4, 5, 6, 7]]
    expected = [model.alone(prompt, 4) for prompt in prompts]
    agrees(decode(model, prompts, 4), expected, "prompts with the id of the padding")
    prompts = ragged(2, 5, 3)
    expected = [model.alone(prompt, 5) for prompt in prompts]
    found = decode(model, prompts, 5, pad=expected[1][2])
    agrees(found, expected, "the id of the padding is a new token")
    end = expected[0][1]
    expected = [model.alone(prompt, 5, end) for prompt in prompts]
    found = decode(model, prompts, 5, end=end, pad=end)
    agrees(found, expected, "the id of the padding is the end")


@prompt_says(
    "A row ends with `eos_id`, which belongs to its result, or with `max_new_tokens` "
    "new tokens.",
    "What a prompt gets does not depend on the other rows",
)
@pytest.mark.parametrize("step", [0, 2, 5])
def test_each_row_has_an_end_of_its_own(step):
    """One row has ended and the rest have not. What happens to it, and to them?"""
    model, prompts = Model(), ragged(3, 3, 3)
    end = model.alone(prompts[1], 6)[step]
    expected = [model.alone(prompt, 6, end) for prompt in prompts]
    found = decode(model, prompts, 6, end=end)
    agrees(found, expected, f"row 1 ends after {step + 1} tokens")


@prompt_says("An `eos_id` in a prompt ends nothing.")
def test_an_end_in_a_prompt_is_text():
    """The turns of a chat end with it, and many a prompt begins with it."""
    model, with_end = Model(), [[END, 4, END], [END, END, END]]
    for prompts in (with_end, [*with_end, [5, 6, 7]]):
        expected = [model.alone(prompt, 4) for prompt in prompts]
        found = decode(model, prompts, 4)
        agrees(found, expected, f"{len(prompts)} prompts, with the end in two")


@prompt_says(
    "In each step the model is called once for all rows.",
    "As soon as all have ended, it is not called again.",
)
def test_calls_the_model_once_a_step():
    """A batch costs one call a step, for as many steps as its longest row takes."""
    model, prompts = Model(), ragged(4, 4, 4)
    decode(model, prompts, 5)
    assert len(model.calls) == 5, f"5 tokens for 3 rows take {len(model.calls)} calls"
    model.calls, end = [], 2
    model.seen.zero_()  # what comes next is said by the last position alone
    model.own[:] = torch.tensor([p not in (0, 1, 4) for p in range(PLACES)])
    decode(model, [[5], [6, 7, 8], [9]], 9, end=end)
    calls = len(model.calls)
    assert calls == 3, f"rows that end after 1, 3 and 1 tokens take {calls} calls"


@prompt_says(
    "No graph is recorded, and the prompts are left as they were. What you make is on "
    "their device, where the model is too. A prompt without ids, or a `max_new_tokens` "
    "below 1, raises `ValueError`.",
)
def test_records_nothing_and_works_on_any_device():
    """What was right in the code that you were handed has to stay so."""
    model, prompts = Model(), [torch.tensor([3, 4]), torch.tensor([5, 6])]
    expected = greedy_decode(model, prompts, 3, END, PAD)
    assert not model.recorded, "the model recorded a graph"
    with Elsewhere():
        found = greedy_decode(model, prompts, 3, END, PAD)
    assert found == expected, "on another device the result is another one"
    ids = [prompt.tolist() for prompt in prompts]
    assert ids == [[3, 4], [5, 6]], f"the prompts are {ids} afterwards"
    for rows, longest in (([[3], []], 2), ([[]], 2), ([[3]], 0), ([[3]], -1)):
        with pytest.raises(ValueError):
            decode(model, rows, longest)
