"""The numbers behind each picture are what the picture claims."""

import math
import re

import pytest
import torch
from torch.testing import assert_close

from backprep.bank.questions import bank_root
from backprep.site.pictures import (
    beam,
    causal_mask,
    dropout,
    nucleus,
    padding,
    polynomial,
    resumed,
    rotary,
    running_mean,
    training_curves,
)

ROOT = bank_root()
PICTURES = (
    polynomial,
    training_curves,
    padding,
    dropout,
    running_mean,
    resumed,
    rotary,
    causal_mask,
    nucleus,
    beam,
)


def test_the_gradients_on_the_edges_are_autograd_s():
    """2x + 2, worked out by hand."""
    graph = polynomial.graph()
    into_x = [sent for (_, to), sent in graph.edges.items() if to is graph.leaf]
    assert sorted(into_x) == [[2.0, 2.0, 2.0], [2.0, 4.0, 6.0]]
    assert graph.result == [4.0, 6.0, 8.0]
    others = [sent for (_, to), sent in graph.edges.items() if to is not graph.leaf]
    assert others == [[1.0, 1.0, 1.0]] * 4


def test_each_node_says_what_it_computed():
    made = {node.makes: node.name for node in polynomial.graph().nodes.values()}
    assert made == {
        "the sum": "SumBackward0",
        "x² + 2x + 1": "AddBackward0",
        "x² + 2x": "AddBackward0",
        "x²": "PowBackward0",
        "2x": "MulBackward0",
        "x": "AccumulateGrad",
    }


def test_the_loop_trains_best_with_both_lines():
    """In the mean over the seeds and the last ten epochs."""

    def late(runs, which):
        return torch.tensor([run[which][-10:] for run in runs]).mean().item()

    whole, *lacking = training_curves.curves().values()
    assert len(whole) == len(training_curves.SEEDS)
    for runs in lacking:
        assert late(whole, 0) < late(runs, 0)
        assert late(whole, 1) > late(runs, 1)


def test_padding_adds_zeros_behind_the_words_and_nothing_else():
    texts, padded = padding.batch()
    assert sorted(texts) == sorted(padding.TEXTS)
    longest = max(map(len, texts))
    assert padded == [text + [0] * (longest - len(text)) for text in texts]


def test_dropout_draws_anew_in_training_and_changes_nothing_in_evaluation():
    first, second, evaluation = dropout.passes()
    assert evaluation.after == evaluation.before == first.before == second.before
    kept = [[value != 0 for value in one.after] for one in (first, second)]
    assert kept[0] != kept[1]
    for one in (first, second):
        before, after = torch.tensor(one.before), torch.tensor(one.after)
        assert_close(after, torch.where(after == 0, after, before / (1 - 0.3)))


@pytest.mark.parametrize("momentum", [0.01, 0.1, 0.99])
def test_the_running_mean_is_the_moving_average_of_the_batches(momentum):
    means = running_mean.means((momentum,))
    expected = [0.0]
    for mean in means.of_batches:
        expected.append((1 - momentum) * expected[-1] + momentum * mean)
    assert_close(means.running[momentum], expected, rtol=1e-4, atol=1e-4)


def test_the_resumed_run_is_the_uninterrupted_one_bit_for_bit():
    losses = resumed.losses()
    assert losses.resumed == losses.uninterrupted[resumed.SAVED_AT :]
    assert losses.weights_alone != losses.resumed


@pytest.mark.parametrize(("pair", "angle"), [(0, 1.0), (1, 0.25)])
def test_a_pair_turns_by_the_same_angle_at_each_position(pair, angle):
    steps = [angle * position for position in range(rotary.POSITIONS)]
    expected = [(math.cos(step), math.sin(step)) for step in steps]
    assert_close(rotary.turned()[pair], expected, rtol=0, atol=1e-6)


def test_the_last_query_sees_all_keys_only_where_the_mask_is_aligned_at_the_end():
    ours, theirs = causal_mask.weights()
    seen = [
        [sum(weight > 0 for weight in row) for row in rows] for rows in (ours, theirs)
    ]
    assert seen == [[4, 5], [1, 2]]


def test_the_token_that_crosses_stays_in_the_nucleus():
    made = nucleus.tokens()
    assert [token.word for token in made if token.crosses] == ["fish"]
    assert [token.word for token in made if token.after_cut] == ["cat", "dog", "fish"]
    after = [token.after_cut for token in made]
    assert_close(after, [0.45 / 0.9, 0.3 / 0.9, 0.15 / 0.9, 0.0, 0.0])


def test_the_beam_finds_a_likelier_text_than_greedy_decoding():
    greedy, wide = beam.search(num_beams=1), beam.search()
    assert [[len(text) for text in rows] for rows in wide.live] == [[1], [2, 2], [3, 3]]
    assert [beam.WORDS[word] for word in wide.best] == ["cat", "a", "dog", "end"]
    assert beam.probability(wide.best) > 2 * beam.probability(greedy.best)
    for row in greedy.live:
        assert len(row) == 1


@pytest.mark.parametrize("picture", PICTURES, ids=lambda module: module.NAME)
def test_a_picture_is_drawn_in_both_schemes_and_stands_on_a_page(picture):
    pages = [path.read_text() for path in ROOT.glob("solutions/*/*.md")]
    for scheme in ("light", "dark"):
        name = f"{picture.NAME}-{scheme}.svg"
        assert (ROOT / "docs/assets/pictures" / name).is_file(), "run make pictures"
        shown = re.compile(rf"!\[[^\]]{{40,}}\]\(\S+/{name}#only-{scheme}\)")
        assert sum(len(shown.findall(page)) for page in pages) == 1


def test_drawing_twice_gives_the_same_bytes(tmp_path):
    for picture in (polynomial, padding, dropout, causal_mask, beam):
        first, again = tmp_path / "first", tmp_path / "again"
        for one, two in zip(picture.draw(first), picture.draw(again), strict=True):
            assert one.read_bytes() == two.read_bytes()
