import itertools
import math
from collections import defaultdict

import pytest
import torch

from backprep.testing import prompt_says
from solutions.generation.speculative_decoding import (
    speculative_decode,
    speculative_round,
)
from tests.helpers.second_device import Elsewhere, OnTheCpu

END = 0


class Model:
    """Logits from a table of the last two tokens; notes the lengths it was given."""

    def __init__(self, vocabulary=3, dtype=torch.float32):
        self.table = (1.5 * torch.randn([vocabulary] * 3)).to(dtype).requires_grad_()
        self.lengths, self.recorded = [], False

    def __call__(self, tokens):
        assert tokens.shape[0] == 1, f"ids of the shape {tuple(tokens.shape)}"
        self.lengths.append(tokens.shape[1])
        before = torch.cat([tokens[:, :1], tokens[:, :-1]], dim=1)
        logits = self.table[before, tokens]
        self.recorded |= logits.requires_grad
        return logits

    def chances(self, text):
        """The probabilities of the next token, in plain Python."""
        *_, before, last = [text[0], *text]
        weights = [math.exp(x) for x in self.table[before, last].tolist()]
        return [w / sum(weights) for w in weights]


class Fixed(Model):
    """A model that gives the same probabilities after every token."""

    def __init__(self, *chances):
        super().__init__(len(chances))
        self.table = torch.tensor(chances).log().expand([len(chances)] * 3)


def outcomes(run):
    """Every result that `run(sample, coin)` may have, with its exact probability."""
    found, todo = defaultdict(float), [[]]
    while todo:
        path, weight, place = todo.pop(), 1.0, 0

        def choose(chances, path=path):
            nonlocal weight, place
            if place == len(path):
                first, *others = (i for i, chance in enumerate(chances) if chance > 0)
                todo.extend([*path, i] for i in others)
                path.append(first)
            weight *= chances[path[place]]
            place += 1
            return path[place - 1]

        def sample(probabilities, choose=choose):
            return choose(valid(probabilities))

        def coin(probability, choose=choose):
            chance = min(float(probability), 1.0)
            assert chance >= 0, f"`coin` got the probability {chance}"
            return bool(choose([1 - chance, chance]))

        found[tuple(run(sample, coin))] += weight
    return found


def valid(probabilities):
    """As a list, after a look at whether one can draw from them."""
    assert probabilities.ndim == 1, f"`sample` got the shape {probabilities.shape}"
    chances = [float(chance) for chance in probabilities]
    assert min(chances) >= 0, f"`sample` got {chances}"
    total = sum(chances)
    assert abs(total - 1) < 1e-2, f"`sample` got numbers that add up to {total:.3f}"
    return chances


def rounds(target, draft, prompt, num_draft):
    """The distribution of one round's result."""
    tokens = torch.tensor(prompt)
    return outcomes(
        lambda sample, coin: speculative_round(
            target, draft, tokens, num_draft, sample, coin
        )
    )


def chance_of(model, prompt, text):
    """The probability that the model goes on with this text."""
    ids = [*prompt, *text]
    places = range(len(prompt), len(ids))
    return math.prod(model.chances(ids[:i])[ids[i]] for i in places)


def agrees(found, expected, what):
    """Tell the first text whose probability is not the one that it should have."""
    for text in sorted({*found, *expected}, key=lambda text: (len(text), text)):
        seen, wanted = found.get(text, 0.0), expected.get(text, 0.0)
        assert abs(seen - wanted) < 2e-5, (
            f"{what}: {list(text)} has the probability {seen:.4f}, not {wanted:.4f}"
        )


@prompt_says(
    "and its distribution is exactly that of the large model.",
    "The first token that is rejected is replaced by one drawn in proportion to `max(p "
    "- q, 0)`, and the round ends with it.",
)
@pytest.mark.parametrize("num_draft", [1, 2])
def test_the_text_has_the_targets_distribution(num_draft):
    """Let the target finish what a round began: nobody may see who wrote which part."""
    for vocabulary, prompt in ((2, [1]), (3, [0, 2]), (4, [3, 1, 1])):
        target, draft, found = Model(vocabulary), Model(vocabulary), defaultdict(float)
        texts = list(itertools.product(range(vocabulary), repeat=num_draft + 1))
        for begun, chance in rounds(target, draft, prompt, num_draft).items():
            for text in texts:
                if text[: len(begun)] == begun:
                    rest = text[len(begun) :]
                    found[text] += chance * chance_of(target, [*prompt, *begun], rest)
        expected = {text: chance_of(target, prompt, text) for text in texts}
        agrees(found, expected, f"{num_draft} proposed, {vocabulary} ids")


@prompt_says(
    "a proposed token `x` is accepted with the probability `min(1, p(x) / q(x))`",
    "`q` is the draft's distribution from which `x` was drawn.",
)
@pytest.mark.parametrize("num_draft", [1, 2, 3])
def test_accepts_as_often_as_it_may(num_draft):
    """A rule that is too strict gives the right text, and gives it slowly."""
    target, draft, prompt = Model(), Model(), [2, 1]
    ends = defaultdict(float)
    for text, chance in rounds(target, draft, prompt, num_draft).items():
        ends[len(text)] += chance
    expected = 0.0
    for text in itertools.product(range(3), repeat=num_draft):
        both = 1.0
        for i, x in enumerate(text):
            before = [*prompt, *text[:i]]
            both *= min(target.chances(before)[x], draft.chances(before)[x])
        expected += both
    found = ends[num_draft + 1]
    assert abs(found - expected) < 2e-5, (
        f"{found:.4f} of the rounds give {num_draft + 1} tokens, not {expected:.4f}"
    )


@prompt_says(
    "The first token that is rejected is replaced by one drawn in proportion to `max(p "
    "- q, 0)`, and the round ends with it.",
    "which may be minus infinity",
)
def test_a_rejection_ends_the_round():
    """What follows a rejected token was drawn after it, and goes with it."""
    target, draft = Fixed(0.0, 0.2, 0.5, 0.3), Fixed(0.4, 0.6, 0.0, 0.0)
    found = rounds(target, draft, [1], 2)
    expected = {(2,): 0.5, (3,): 0.3, (1, 2): 0.1, (1, 3): 0.06}
    last = {(1, 1, i): 0.04 * p for i, p in enumerate((0, 0.2, 0.5, 0.3)) if p}
    agrees(found, expected | last, "one proposed id can be accepted")


@prompt_says(
    "If all are accepted, the round ends with one more token, drawn from the target."
)
@pytest.mark.parametrize("num_draft", [1, 2])
def test_all_accepted_gives_one_more_token(num_draft):
    """The call that judged the last proposed token has scored the one after it too."""
    target = Model()
    found = rounds(target, target, [1, 2], num_draft)
    sizes = sorted({len(text) for text in found})
    assert sizes == [num_draft + 1], f"{num_draft} accepted give {sizes} tokens"
    expected = {text: chance_of(target, [1, 2], text) for text in found}
    agrees(found, expected, "a draft that is the target itself")


@prompt_says(
    "each drawn from its own distribution after everything before it, in one call of "
    "`draft` for each",
    "The target judges all of them in one call, and is not called again.",
    "No graph is recorded.",
)
def test_calls_the_target_once_a_round():
    """Its logits for a whole text hold a distribution after each of the tokens."""
    target, draft = Model(), Model()
    tokens = torch.tensor([1, 2, 0])
    for answer in (True, False):
        target.lengths, draft.lengths = [], []
        new = speculative_round(
            target, draft, tokens, 3, lambda p: int(p.argmax()), lambda p, a=answer: a
        )
        ids = {type(i).__name__ for i in new}
        assert type(new) is list, f"a round gives a {type(new).__name__}"
        assert ids == {"int"}, f"the ids are {sorted(ids)}"
        calls = len(target.lengths)
        assert calls == 1, f"the target is called {calls} times in a round"
        assert draft.lengths == [3, 4, 5], f"the draft gets {draft.lengths} tokens"
    assert not target.recorded | draft.recorded, "a model recorded a graph"


@prompt_says("If rounding leaves nothing of that difference, draw from `p`.")
def test_what_rounding_leaves_over_is_drawn_from_the_target():
    """Two softmaxes, equal on paper: what is left where one is nowhere the larger?"""
    target, draft = Model(), Model()
    rows = torch.randn(200, 3)
    p, q = rows.softmax(1), (rows + 0.3).softmax(1)
    smaller = (p <= q).all(1) & (p < q).any(1)
    for row in rows[smaller][:8]:
        target.table, draft.table = (x.expand(3, 3, 3) for x in (row, row + 0.3))
        found = defaultdict(float)
        for text, chance in rounds(target, draft, [1], 1).items():
            found[text[:1]] += chance
        expected = {(x,): chance for x, chance in enumerate(target.chances([1]))}
        agrees(found, expected, "equal but for rounding")


@prompt_says(
    "Logits in bfloat16 and float16 are brought to float32 first.",
)
@pytest.mark.parametrize("name", ["bfloat16", "float16", "float64"])
def test_computes_in_float32_at_least(name):
    """A ratio of two bfloat16 numbers has three digits, and so has the distribution."""
    dtype = getattr(torch, name)
    target, draft = Model(4, dtype), Model(4, dtype)
    found = rounds(target, draft, [1], 1)
    p, q = target.chances([1]), draft.chances([1])
    expected = {(x,): max(p[x] - q[x], 0.0) for x in range(4)}
    for x, y in itertools.product(range(4), repeat=2):
        expected[x, y] = min(p[x], q[x]) * target.chances([1, x])[y]
    agrees(found, expected, name)


@prompt_says(
    "goes on round by round until the text ends with `eos_id` or has `max_new_tokens` "
    "new tokens, and gives the new ids as a list of `int`, the end token included.",
    "What a round gives after the end or beyond that number is dropped.",
)
@pytest.mark.parametrize(("longest", "num_draft"), [(1, 2), (3, 1), (3, 2)])
def test_goes_on_until_the_end(longest, num_draft):
    """Each round begins where the last one ended, and the end may be in its middle."""
    target, draft, prompt = Model(2), Model(2), [1, 0, 1]
    found = outcomes(
        lambda sample, coin: speculative_decode(
            target, draft, torch.tensor(prompt), num_draft, longest, END, sample, coin
        )
    )
    texts = [
        text
        for length in range(1, longest + 1)
        for text in itertools.product(range(2), repeat=length)
        if END not in text[:-1] and (text[-1] == END or length == longest)
    ]
    expected = {text: chance_of(target, prompt, text) for text in texts}
    agrees(found, expected, f"at most {longest} tokens, {num_draft} proposed")


@prompt_says(
    "No round proposes more tokens than are still missing.",
    "goes on round by round until the text ends with `eos_id` or has `max_new_tokens` "
    "new tokens",
)
def test_does_no_work_in_vain():
    """Which call could still change the result?"""
    for end, longest, size, most in (
        (3, 6, 6, (2, 5)),
        (3, 10, 10, (2, 8)),
        (1, 9, 1, (1, 4)),
    ):
        target, draft = Fixed(0.1, 0.7, 0.1, 0.1), Fixed(0.1, 0.7, 0.1, 0.1)
        new = speculative_decode(
            target,
            draft,
            torch.tensor([2]),
            4,
            longest,
            end,
            lambda p: int(p.argmax()),
            bool,
        )
        assert len(new) == size, f"of {size} tokens, {len(new)} come"
        calls = len(target.lengths), len(draft.lengths)
        assert calls[0] == most[0], f"{size} tokens take {calls[0]} rounds"
        assert calls[1] <= most[1], f"{size} tokens take {calls[1]} proposed ones"


@prompt_says(
    "A `num_draft` or a `max_new_tokens` below 1 raises `ValueError`.",
    "The ids that are passed in stay as they were, and new ones are made on their "
    "device, where the models are.",
)
def test_refuses_nothing_to_propose_and_works_on_any_device():
    """A tensor of your own needs a device: that of the ids."""
    target, draft, prompt = Model(), Model(), torch.tensor([1, 2])

    def run(num_draft, longest):
        return speculative_decode(
            target, draft, prompt, num_draft, longest, END, drawn, lambda p: p > 0.5
        )

    def drawn(probabilities):
        assert not isinstance(probabilities, OnTheCpu), "`sample` got a CPU tensor"
        return int(probabilities.argmax())

    expected = run(2, 5)
    with Elsewhere():
        found = run(2, 5)
    assert found == expected, f"on another device it gives {found}, not {expected}"
    assert prompt.tolist() == [1, 2], "your function changed the prompt"
    for num_draft, longest in ((0, 4), (-1, 4), (3, 0), (3, -2)):
        with pytest.raises(ValueError):
            run(num_draft, longest)
    with pytest.raises(ValueError):
        speculative_round(target, draft, prompt, 0, drawn, bool)
