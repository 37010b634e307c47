import random

import pytest

from backprep.testing import prompt_says
from solutions.generation.byte_pair_encoding import decode, encode, learn_merges

A, B, C, D = b"abcd"


def shown(ids):
    """Ids as one reads them: bytes as letters, merges as numbers."""
    return " ".join(chr(i) if 32 < i < 127 else str(i) for i in ids)


def learns(texts, num_merges, expected):
    merges = learn_merges(texts, num_merges)
    found = [shown(pair) for pair in merges]
    wanted = [shown(pair) for pair in expected]
    assert found == wanted, f"{texts} gives the merges {found}, not {wanted}"
    kinds = {type(part).__name__ for pair in merges for part in (pair, *pair)}
    assert kinds <= {"tuple", "int"}, f"the merges hold {sorted(kinds)}"


def slowly(texts, rounds):
    """Merges and final ids by the rules of the prompt, pair by pair."""
    rows, merges = [list(text) for text in texts], []
    for new in range(256, 256 + rounds):
        places = [(r[i], r[i + 1]) for r in rows for i in range(len(r) - 1)]
        counts = sorted((-places.count(pair), pair) for pair in set(places))
        if not counts or counts[0][0] > -2:
            break
        merges.append(counts[0][1])
        for row in rows:
            i = 0
            while i < len(row) - 1:
                if (row[i], row[i + 1]) == merges[-1]:
                    row[i : i + 2] = [new]
                i += 1
    return merges, rows


def corpus(seed, letters=b"abc"):
    draw = random.Random(seed)
    sizes = [draw.randrange(25) for _ in range(4)]
    return [bytes(draw.choice(letters) for _ in range(size)) for size in sizes]


@prompt_says(
    "The pair with the highest count is merged.",
    "The next round counts anew.",
    "the pair at index `i` becomes the id `256 + i`.",
)
def test_merges_the_most_frequent_pair_again_and_again():
    """After a merge there are new pairs, and some of the old ones are gone."""
    learns([b"aaabdaaabac"], 1, [(A, A)])
    learns([b"abc.abc-abc+ab"], 2, [(A, B), (256, C)])
    learns([b"abababab"], 2, [(A, B), (256, 256)])
    learns([b"xcab.cab-ab"], 3, [(A, B), (C, 256)])


@prompt_says(
    "If several share it, take the one with the smallest first id, and among those the "
    "smallest second id."
)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"cdcd.abab", [(A, B), (C, D)]),
        (b"ac.ac-ab+ab", [(A, B), (A, C)]),
        (b"bc_bc|ad~ad", [(A, D), (B, C)]),
        (b"aaabdaaabac", [(A, A), (A, B), (256, 257)]),
    ],
)
def test_the_smallest_of_equally_frequent_pairs_wins(text, expected):
    """Whoever was seen first is an accident of the text; the ids are not."""
    learns([text], len(expected), expected)


@prompt_says(
    "Every place counts, overlapping ones too: `aaa` holds the pair `(a, a)` twice.",
    "from left to right, so that `aaa` becomes the new id and an `a`.",
)
def test_overlapping_places_count_and_merge_from_the_left():
    """A run of equal bytes: how many pairs does it hold, and where do you begin?"""
    learns([b"aaa"], 1, [(A, A)])
    learns([b"aaaa.bcbcbc"], 1, [(A, A)])
    learns([b"aaabaaab"], 2, [(A, A), (A, B)])
    for text, expected in {
        b"aaa": [256, A],
        b"aaaaa": [256, 256, A],
        b"baaa": [B, 256, A],
    }.items():
        found = encode(text, [(A, A)])
        assert found == expected, f"{text} becomes {shown(found)}"


@prompt_says(
    "In each round you count, over all texts, at how many places two ids stand next to "
    "each other.",
    "No pair reaches from one text into the next.",
)
def test_counts_over_all_texts_but_not_across_them():
    """Joining the texts is convenient, and makes neighbours of strangers."""
    learns([b"ab", b"ab", b"ab", b"cdcd"], 1, [(A, B)])
    learns([b"da", b"da", b"bcb", b"bc"], 9, [(B, C), (D, A)])
    learns([b"ab", b"cdcdcd", b"ab"], 1, [(C, D)])
    learns([b"b", b"b", b"b", b"b"], 3, [])


@prompt_says(
    "It stops after `num_merges` rounds, or earlier if no pair stands at two places or "
    "more.",
    "A negative `num_merges` raises `ValueError`.",
)
def test_stops_where_nothing_repeats():
    """A token that occurs once saves nothing and fills the vocabulary."""
    learns([b"abab"], 0, [])
    learns([b"abab"], 1, [(A, B)])
    learns([b"abab"], 100, [(A, B)])
    learns([b"abcd", b"", b"a"], 5, [])
    learns([], 5, [])
    with pytest.raises(ValueError):
        learn_merges([b"abab"], -1)


@prompt_says(
    "It applies the merges in the order in which they were learned, each one wherever "
    "it fits, from left to right, before the next one.",
    "as a list of ints",
)
@pytest.mark.parametrize(
    ("data", "merges", "expected"),
    [
        (b"abc", [(A, B), (B, C), (A, 257)], [256, C]),
        (b"abc", [(B, C), (A, B)], [A, 256]),
        (b"abab", [(A, B), (256, A), (256, 256)], [258]),
        (b"abcd", [(B, C), (A, B), (C, D), (257, 258)], [A, 256, D]),
        (b"abcabc", [(C, A), (A, B), (257, C)], [257, 256, B, C]),
    ],
)
def test_encodes_in_the_order_of_learning(data, merges, expected):
    """Neither the longest token nor the first that fits: the one learned first."""
    found = encode(data, merges)
    assert type(found) is list, f"the ids are a {type(found).__name__}"
    assert found == expected, f"{data} becomes {shown(found)}, not {shown(expected)}"
    kinds = {type(i).__name__ for i in found}
    assert kinds == {"int"}, f"the ids are {sorted(kinds)}"


@prompt_says(
    "So a text that was learned from gets exactly the ids it had after the last round.",
    "The inputs are left as they were.",
)
@pytest.mark.parametrize("seed", range(6))
def test_learned_texts_get_the_ids_of_the_last_round(seed):
    """Learning and encoding are one procedure, with and without the counting."""
    texts = corpus(seed)
    given = list(texts)
    expected, rows = slowly(texts, 12)
    merges = learn_merges(given, 12)
    assert merges == expected, f"{[*map(shown, merges)]}, not {[*map(shown, expected)]}"
    for text, row in zip(texts, rows, strict=True):
        found = encode(text, merges)
        assert found == row, f"{text} becomes {shown(found)}, not {shown(row)}"
    assert given == texts, "your function changed the list of texts"
    assert merges == expected, "your function changed the merges"


@prompt_says(
    "`decode(encode(data, merges), merges)` is `data` for any bytes: never seen, "
    "empty, or no valid UTF-8."
)
def test_any_bytes_come_back():
    """Every byte is a token, so none is unknown; and a token need not be a letter."""
    merges = learn_merges(["naïve café ☕ naïve café ☕".encode(), b"\xff\xff\xff"], 30)
    for data in (
        b"",
        bytes(range(256)),
        "ein völlig neuer Text 🚀".encode(),
        b"\xff\xfe\x00\xc3\xff\xff\xff",
        *corpus(1),
    ):
        found = decode(encode(data, merges), merges)
        assert type(found) is bytes, f"got a {type(found).__name__}, not bytes"
        assert found == data, f"{data!r} comes back as {found!r}"
    parts = b"".join(decode([i], merges) for i in encode("☕ï".encode(), merges))
    assert parts == "☕ï".encode(), f"token by token it comes back as {parts!r}"


@prompt_says(
    "An id that is below 0 or that no merge has made raises `ValueError`.",
)
@pytest.mark.parametrize("unknown", [-1, 257, 1000])
def test_refuses_ids_that_do_not_exist(unknown):
    """Python's lists have an item -1, and it is not what was meant."""
    merges = [(A, B)]
    assert decode([256, 255, 0], merges) == b"ab\xff\x00"
    try:
        found = decode([A, unknown], merges)
    except ValueError:
        return
    pytest.fail(f"the id {unknown} gave {found!r}")
