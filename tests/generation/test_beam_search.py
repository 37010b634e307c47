import itertools
import math

import pytest
import torch

from backprep.testing import prompt_says
from solutions.generation.beam_search import beam_search
from tests.helpers.second_device import Elsewhere

END = 0


class Model:
    """Logits from a table of the last two tokens; notes how it is called."""

    def __init__(self, vocabulary=4, spread=1.0, dtype=torch.float32):
        self.table = (spread * torch.randn(vocabulary, vocabulary, vocabulary)).to(
            dtype
        )
        self.table.requires_grad_()
        self.rows, self.recorded = [], False

    def __call__(self, tokens):
        self.rows.append(len(tokens))
        before = torch.cat([tokens[:, :1], tokens[:, :-1]], dim=1)
        logits = self.table[before, tokens]
        self.recorded |= logits.requires_grad
        return logits

    def steps(self, prompt):
        """The log-probabilities of the next token, in plain Python."""
        *_, before, last = [prompt[0], *prompt]
        logits = self.table[before, last].tolist()
        top = max(logits)
        total = top + math.log(sum(math.exp(x - top) for x in logits))
        return [x - total for x in logits]


class Fixed(Model):
    """A model whose next token depends on the last one, with these probabilities."""

    def __init__(self, *rows):
        super().__init__(len(rows))
        table = torch.tensor(rows).clamp(min=1e-30).log()
        self.table = table.expand(len(rows), -1, -1)


def total(model, prompt, text):
    ids = list(prompt)
    return sum(model.steps(ids + list(text[:i]))[t] for i, t in enumerate(text))


def brute_force(model, prompt, longest, penalty):
    """The best of all texts that end, or have as many tokens as there may be."""
    size, texts = len(model.table), []
    for length in range(1, longest + 1):
        for text in itertools.product(range(size), repeat=length):
            ends = text[-1] == END or length == longest
            if ends and END not in text[:-1]:
                texts.append((total(model, prompt, text) / length**penalty, [*text]))
    return max(texts)


def slowly(model, prompt, num_beams, longest, penalty, end=END):
    """The rules of the prompt with lists."""
    live, done = [(0.0, [])], []
    for length in range(1, longest + 1):
        ways = [
            (sum_ + step, [*text, token])
            for sum_, text in live
            for token, step in enumerate(model.steps([*prompt, *text]))
        ]
        stay = sorted(ways, reverse=True)[:num_beams]
        live = [way for way in stay if way[1][-1] != end]
        over = stay if length == longest else [w for w in stay if w[1][-1] == end]
        done += [(sum_ / length**penalty, text) for sum_, text in over]
    return max(done)


def compare(found, expected, what):
    text, score = found
    wanted, best = expected[1], expected[0]
    assert text == wanted, f"{what}: the text is {text}, not {wanted}"
    off = abs(score - best)
    assert off < 1e-4, f"{what}: the score of {text} is {score:.4f}, not {best:.4f}"


@prompt_says(
    "The best text is the one with the highest score among all that are finished, from "
    "any step, and these last live ones.",
    "or all, if there are no more than that",
)
@pytest.mark.parametrize("penalty", [0.0, 1.0, 2.0])
def test_a_wide_beam_finds_the_best_of_all_texts(penalty):
    """Nothing is cut off, so no text may be lost, repeated or extended past its end."""
    for longest in (1, 3, 4):
        model = Model(vocabulary=3)
        found = beam_search(model, torch.tensor([2, 1]), 100, longest, END, penalty)
        expected = brute_force(model, [2, 1], longest, penalty)
        compare(found, expected, f"{longest} tokens, length_penalty={penalty}")


@prompt_says(
    "In each step every live beam is extended by every token of the vocabulary, and of "
    "all these extensions the `num_beams` with the highest sums stay",
    "Those that end with `eos_id` are finished: they are set aside and never extended.",
)
@pytest.mark.parametrize("num_beams", [2, 3, 5])
def test_a_narrow_beam_keeps_the_highest_sums(num_beams):
    """Of all beams together, and each with the text and the sum of its own parent."""
    for penalty, end in itertools.product((0.0, 1.0), (END, END, END, 2, 4)):
        model = Model(vocabulary=5, spread=1.5)
        found = beam_search(model, torch.tensor([3]), num_beams, 6, end, penalty)
        expected = slowly(model, [3], num_beams, 6, penalty, end)
        compare(found, expected, f"{num_beams} beams, length_penalty={penalty}")


@prompt_says(
    "The search begins with one live beam, the prompt.",
    "and of all these extensions the `num_beams` with the highest sums stay",
    "It ends when no beam is live",
)
def test_a_beam_of_one_is_greedy():
    """With one place to keep, it takes the likeliest token and ends when that ends."""
    for _ in range(8):
        model, text = Model(vocabulary=5), []
        while len(text) < 7 and END not in text:
            steps = model.steps([4, *text])
            text.append(steps.index(max(steps)))
        expected = total(model, [4], text) / len(text), text
        compare(beam_search(model, torch.tensor([4]), 1, 7, END), expected, "one beam")
    model = Fixed([0, 0, 1], [0.04, 0.95, 0.01], [0.5, 0.45, 0.05])
    found = beam_search(model, torch.tensor([2]), 1, 7, END)
    compare(found, (math.log(0.5), [END]), "one beam whose likeliest token is the end")


@prompt_says(
    "its score is the sum divided by the number of new tokens to the power of "
    "`length_penalty`. The end token counts as one of them, and belongs to the list "
    "that you return."
)
def test_scores_are_divided_by_the_length():
    """Of 0.4 for one token and 0.35 for two, which is the better text?"""
    model = Fixed([0, 0, 1], [0.7, 0.2, 0.1], [0.4, 0.5, 0.1])
    for penalty, expected in {
        0.0: (math.log(0.4), [END]),
        1.0: (math.log(0.35) / 2, [1, END]),
        0.5: (math.log(0.35) / math.sqrt(2), [1, END]),
    }.items():
        found = beam_search(model, torch.tensor([1, 1, 2]), 2, 2, END, penalty)
        compare(found, expected, f"length_penalty={penalty}")


@prompt_says(
    "The best text is the one with the highest score among all that are finished, from "
    "any step",
    "It ends when no beam is live, or when the live beams have `max_new_tokens` "
    "tokens.",
)
def test_what_is_finished_waits_until_the_end():
    """An early end can be beaten later, and can also stay the best."""
    late = Fixed([0, 0, 1], [0.05, 0.95, 0], [0.6, 0.4, 0])
    text = [1] * 6
    best = (math.log(0.4) + 5 * math.log(0.95)) / 6
    compare(
        beam_search(late, torch.tensor([2]), 2, 6, END), (best, text), "a late text"
    )
    early = Fixed([0, 0, 1], [0.1, 0.6, 0.3], [0.6, 0.4, 0])
    found = beam_search(early, torch.tensor([2]), 2, 6, END)
    compare(found, (math.log(0.6), [END]), "an early end")


@prompt_says(
    "In each step the model is called once, for all live beams together: never with "
    "more than `num_beams` rows. No graph is recorded.",
    "It ends when no beam is live",
)
def test_calls_the_model_once_a_step():
    """One call for eight beams costs about as much as one call for one."""
    model = Model(vocabulary=6)
    model.table = (model.table - 20 * torch.eye(6)[END]).detach().requires_grad_()
    beam_search(model, torch.tensor([1, 2]), 4, 5, END)
    assert len(model.rows) == 5, f"5 steps took {len(model.rows)} calls of the model"
    assert max(model.rows) <= 4, f"4 beams gave the model {max(model.rows)} rows"
    assert not model.recorded, "the model recorded a graph"
    model = Fixed([0, 0, 1], [0.9, 0.1, 0], [0.3, 0.7, 0])
    beam_search(model, torch.tensor([2]), 1, 6, END)
    assert len(model.rows) == 2, f"a text of two tokens took {len(model.rows)} calls"


@prompt_says(
    "The sum of a text is that of the log-probabilities of its new tokens",
    "A text may have hundreds of tokens.",
)
def test_long_texts_do_not_vanish():
    """A product of 300 probabilities is zero, in double precision too."""
    model = Fixed(*[[0.0] + [0.05] * 20] * 21)
    text, score = beam_search(model, torch.tensor([1]), 1, 300, END, 1.0)
    assert len(text) == 300, f"the text has {len(text)} tokens, not 300"
    off = abs(score - math.log(0.05))
    assert off < 1e-3, f"300 tokens of log(0.05) each have the mean {score:.4f}"


@prompt_says(
    "Logits in bfloat16 and float16 are brought to float32 before anything is computed "
    "from them.",
    "It returns a tuple: the best text, as a list of the new token ids, and its score, "
    "a float.",
)
@pytest.mark.parametrize("name", ["bfloat16", "float16", "float64"])
def test_sums_in_float32_at_least(name):
    """Two texts that differ in the third digit are equal in bfloat16."""
    for _ in range(3):
        model = Model(vocabulary=4, dtype=getattr(torch, name))
        found = beam_search(model, torch.tensor([1]), 3, 8, END, 1.0)
        assert type(found) is tuple, f"got a {type(found).__name__}, not a tuple"
        kinds = [type(x).__name__ for x in (found[0], found[0][0], found[1])]
        assert kinds == ["list", "int", "float"], f"text, id and score are {kinds}"
        compare(found, slowly(model, [1], 3, 8, 1.0), name)


@prompt_says(
    "A `num_beams` or a `max_new_tokens` below 1 raises `ValueError`. The prompt is "
    "left as it was, and ids are made on its device, where the model is.",
)
def test_refuses_no_beams_and_works_on_any_device():
    """What would the best of no texts be? And a tensor of your own needs a device."""
    model, prompt = Model(), torch.tensor([1, 2])
    expected = beam_search(model, prompt, 3, 4, END)
    with Elsewhere():
        found = beam_search(model, prompt, 3, 4, END)
    assert found == expected, "on another device the result is another one"
    assert prompt.tolist() == [1, 2], "your function changed the prompt"
    for num_beams, longest in ((0, 4), (-1, 4), (3, 0)):
        with pytest.raises(ValueError):
            beam_search(model, prompt, num_beams, longest, END)
