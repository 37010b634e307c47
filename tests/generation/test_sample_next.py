import itertools
import math

import pytest
import torch
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.generation.sample_next import next_distribution, sample_next
from tests.helpers.second_device import Elsewhere, OnTheCpu

CUTS = [
    {"temperature": t, "top_k": k, "top_p": p}
    for t, k, p in itertools.product([0.5, 1.0, 2.0], [None, 2, 5], [None, 0.3, 0.8])
]


def by_hand(logits, temperature=1.0, top_k=None, top_p=None):
    """The distribution of one row, in plain Python."""
    order = sorted(range(len(logits)), key=lambda i: (-logits[i], i))[:top_k]
    weights = [math.exp((logits[i] - max(logits)) / temperature) for i in order]
    kept, reached = {}, 0.0
    for i, weight in zip(order, weights, strict=True):
        if top_p is None or reached < top_p:
            kept[i] = weight
            reached += weight / sum(weights)
    return [kept.get(i, 0.0) / sum(kept.values()) for i in range(len(logits))]


def kept(logits, **cuts):
    """Which ids have a probability, row by row."""
    found = next_distribution(torch.as_tensor(logits), **cuts)
    return [row.nonzero().flatten().tolist() for row in found]


@prompt_says(
    "The logits are divided by `temperature`. Any positive temperature works, however "
    "small, and logits of 10,000 do too."
)
@pytest.mark.parametrize("temperature", [0.25, 1.0, 3.0, 1e-30, 1e-44])
@pytest.mark.parametrize("size", [1.0, 10_000.0])
def test_the_temperature_divides_the_logits(temperature, size):
    """Below which temperature does your quotient overflow? Only differences matter."""
    logits = size * torch.tensor([[0.5, -1.0, 1.0], [1.0, 0.75, -0.5]])
    found = next_distribution(logits, temperature)
    assert found.isfinite().all(), f"temperature {temperature} gives {found.tolist()}"
    expected = [by_hand(row, temperature) for row in logits.tolist()]
    assert_close(found, torch.tensor(expected), atol=1e-6, rtol=1e-5)


@prompt_says(
    "A temperature of 0 puts all the probability on the highest logit.",
    "Wherever equal logits compete, the lower id goes first.",
)
@pytest.mark.parametrize("cuts", [{}, {"top_k": 3}, {"top_p": 0.9}], ids=str)
def test_a_temperature_of_0_takes_the_highest(cuts):
    """The limit of ever smaller temperatures, except where two are equal."""
    logits = torch.tensor([[1.0, 3.0, 2.0, 3.0], [-5.0, -5.0, -5.0, -6.0]])
    found = next_distribution(logits, 0, **cuts).tolist()
    assert found == [[0, 1, 0, 0], [1, 0, 0, 0]], f"with {cuts} it gives {found}"
    drawn = sample_next(logits.repeat(20, 1), 0.0, **cuts).flatten().tolist()
    assert drawn == [1, 0] * 20, f"with {cuts} it draws {sorted(set(drawn))}"


@prompt_says(
    "`top_k` keeps the `top_k` highest logits, and everything if there are no more "
    "than that.",
    "Wherever equal logits compete, the lower id goes first.",
    "A logit of minus infinity has no probability",
)
def test_top_k_keeps_k_tokens_and_no_more():
    """What happens where the last that fits and the first that doesn't are equal?"""
    rows = [[2.0, 9.0, 2.0, 2.0, 2.0, 0.0], [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]]
    for k, expected in {
        1: [[1], [0]],
        3: [[0, 1, 2], [0, 1, 2]],
        4: [[0, 1, 2, 3], [0, 1, 2, 3]],
        6: [[0, 1, 2, 3, 4, 5]] * 2,
        50: [[0, 1, 2, 3, 4, 5]] * 2,
    }.items():
        found = kept(rows, top_k=k)
        assert found == expected, f"top_k={k} keeps {found}, not {expected}"
    found = kept([[0.0, -math.inf, 1.0]], top_k=3)
    assert found == [[0, 2]], f"with a logit of -inf, {found} are kept"


@prompt_says(
    "It keeps the shortest beginning whose sum is `top_p` or more: the token that "
    "crosses `top_p` stays, so at least one token always does. A `top_p` of 1 keeps "
    "everything.",
)
def test_the_token_that_crosses_p_stays():
    """Ask of each token what the sum was before it."""
    row = torch.tensor([[0.15, 0.5, 0.05, 0.3]]).log()
    for p, expected in {
        1e-9: [1],
        0.4: [1],
        0.6: [1, 3],
        0.79: [1, 3],
        0.81: [0, 1, 3],
        0.999: [0, 1, 2, 3],
    }.items():
        (found,) = kept(row, top_p=p)
        assert found == expected, f"top_p={p} keeps {found}, not {expected}"
    (found,) = kept(torch.zeros(1, 4), top_p=0.5)
    assert found == [0, 1], f"of four equal tokens, top_p=0.5 keeps {found}"
    (found,) = kept([[0.0, -30.0, 1.0, -20.0]], top_p=1.0)
    assert found == [0, 1, 2, 3], f"top_p=1 keeps {found} of four tokens"


@prompt_says(
    "It goes in this order:",
    "`top_p` looks at the probabilities of what is left, renormalised, from high to "
    "low.",
    "What is kept is renormalised, and everything else is exactly zero.",
)
def test_temperature_then_top_k_then_top_p():
    """The sum that reaches `top_p` is of tempered, cut and renormalised numbers."""
    logits = 2 * torch.randn(6, 8)
    for cuts in (*CUTS, {}):
        found = next_distribution(logits, **cuts)
        expected = torch.tensor([by_hand(row, **cuts) for row in logits.tolist()])
        sizes = [(x > 0).sum(1).tolist() for x in (found, expected)]
        assert sizes[0] == sizes[1], f"{cuts} keeps {sizes[0]} tokens, not {sizes[1]}"
        assert_close(found, expected, msg=lambda m, c=cuts: f"{c}: {m}")


@prompt_says("and each row is treated by itself.", "in the shape of the logits.")
def test_each_row_is_cut_for_itself():
    """Sorted numbers belong to ids, and each row has an order of its own."""
    logits = 3 * torch.randn(5, 7)
    for cuts in ({"top_k": 3}, {"top_p": 0.7}):
        together = next_distribution(logits, **cuts)
        assert together.shape == (5, 7), f"the shape is {tuple(together.shape)}"
        alone = torch.cat([next_distribution(row[None], **cuts) for row in logits])
        assert_close(together, alone)
        turned = next_distribution(logits.flip(1), **cuts).flip(1)
        assert_close(together, turned)


@prompt_says(
    "In float32 and float64 the result has the dtype of the logits. Logits in bfloat16 "
    "or float16 are brought to float32 first, and the result is float32. The logits "
    "are left as they were.",
    "Everything is computed on the device of the logits.",
)
@pytest.mark.parametrize("name", ["float32", "float64", "bfloat16", "float16"])
def test_computes_in_float32_at_least(name):
    """A running sum in bfloat16 stands still long before it reaches `top_p`."""
    dtype = getattr(torch, name)
    logits = (torch.arange(400) % 20 / 100).to(dtype)[None]
    before = logits.clone()
    with Elsewhere():
        found = next_distribution(logits, 0.9, 390, 0.95)
    assert not isinstance(found, OnTheCpu), "the result is on the CPU"
    assert torch.equal(logits, before), "your function changed the logits"
    wide = torch.promote_types(dtype, torch.float32)
    assert found.dtype == wide, f"logits of {dtype} give {found.dtype}"
    expected = torch.tensor([by_hand(logits[0].tolist(), 0.9, 390, 0.95)], dtype=wide)
    sizes = (found > 0).sum().item(), (expected > 0).sum().item()
    assert sizes[0] == sizes[1], f"{dtype}: {sizes[0]} tokens stay, not {sizes[1]}"
    assert_close(found, expected)


@prompt_says(
    "draws one token for each row from that distribution, independently: int64 ids of "
    "the shape `(batch,)`."
)
@pytest.mark.parametrize("heat", [{}, {"temperature": 1.5}], ids=str)
def test_draws_each_row_from_its_distribution(heat):
    """Twenty thousand equal rows: how often should each token come?"""
    row = torch.tensor([1.0, -1.0, 2.0, 0.5, 1.5])
    cuts = {"top_k": 4, "top_p": 0.8, **heat}
    drawn = sample_next(row.repeat(20_000, 1), **cuts)
    assert drawn.shape == (20_000,), f"the shape is {tuple(drawn.shape)}"
    assert drawn.dtype == torch.int64, f"the ids are {drawn.dtype}"
    found = (drawn.bincount(minlength=5) / 20_000).tolist()
    expected = by_hand(row.tolist(), **cuts)
    off = max(abs(a - b) for a, b in zip(found, expected, strict=True))
    assert off < 0.02, f"the frequencies are {found}"
    pairs = (drawn[1:] == drawn[:-1]).float().mean().item()
    alike = sum(p * p for p in expected)
    assert abs(pairs - alike) < 0.02, f"neighbours are alike in {pairs:.0%} of the rows"


@prompt_says(
    "If there is a `generator`, the random numbers come from it and from nowhere else."
)
def test_draws_from_the_callers_generator():
    """Whoever passes a generator wants the same text again, whatever else is drawn."""
    logits = torch.zeros(200, 50)
    before = torch.get_rng_state()
    one, same, other = (
        sample_next(logits, generator=torch.Generator().manual_seed(seed)).tolist()
        for seed in (1, 1, 2)
    )
    moved = not torch.equal(torch.get_rng_state(), before)
    assert not moved, "the global generator was used or seeded"
    assert one == same, "one seed gave two results"
    assert one != other, "two seeds gave one result"
    again = [sample_next(logits).tolist() for _ in range(2)]
    assert again[0] != again[1], "without a generator, every call gives the same tokens"


@prompt_says(
    "Both raise `ValueError` for a `temperature` below 0, a `top_k` below 1, and a "
    "`top_p` that is not above 0 and at most 1."
)
@pytest.mark.parametrize(
    "cuts",
    [
        {"temperature": -0.5},
        {"top_k": 0},
        {"top_k": -3},
        {"top_p": 0.0},
        {"top_p": -0.1},
        {"top_p": 1.5},
    ],
    ids=str,
)
@pytest.mark.parametrize("temperature", [1.0, 0.0])
def test_refuses_what_makes_no_sense(cuts, temperature):
    """Zero is false in Python, and a `top_k` of 0 is not the same as none."""
    for function in (next_distribution, sample_next):
        with pytest.raises(ValueError):
            function(torch.zeros(2, 3), **{"temperature": temperature, **cuts})
