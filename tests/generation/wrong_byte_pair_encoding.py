"""Near misses of generation/byte_pair_encoding."""

from collections import Counter
from itertools import pairwise

from backprep.testing import fails


def _merge(ids, pair, new):
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


def _places(rows):
    return Counter(pair for row in rows for pair in pairwise(row))


def _smallest(counts):
    return min(counts, key=lambda pair: (-counts[pair], pair))


def _learn(texts, num_merges, count=_places, best_of=_smallest, least=2, merge=_merge):
    if num_merges < 0:
        raise ValueError("num_merges is negative")
    rows, merges = [list(text) for text in texts], []
    while len(merges) < num_merges:
        counts = count(rows)
        if not counts or counts[best_of(counts)] < least:
            break
        merges.append(best_of(counts))
        rows = [merge(row, merges[-1], 255 + len(merges)) for row in rows]
    return merges


@fails(
    "test_the_smallest_of_equally_frequent_pairs_wins",
    "test_overlapping_places_count_and_merge_from_the_left",
    "test_counts_over_all_texts_but_not_across_them",
    "test_learned_texts_get_the_ids_of_the_last_round",
)
class breaks_ties_by_what_was_seen_first:
    """`max` and `most_common` keep the order of the text: sort the files otherwise, and
    it is another tokenizer."""

    def learn_merges(texts, num_merges):
        return _learn(texts, num_merges, best_of=lambda c: max(c, key=c.get))


@fails(
    "test_the_smallest_of_equally_frequent_pairs_wins",
    "test_overlapping_places_count_and_merge_from_the_left",
    "test_counts_over_all_texts_but_not_across_them",
    "test_learned_texts_get_the_ids_of_the_last_round",
)
class takes_the_largest_of_equals:
    """`max` over (count, pair) prefers the highest ids, so late merges come first."""

    def learn_merges(texts, num_merges):
        return _learn(
            texts,
            num_merges,
            best_of=lambda c: max(c, key=lambda pair: (c[pair], pair)),
        )


@fails(
    "test_counts_over_all_texts_but_not_across_them",
    "test_learned_texts_get_the_ids_of_the_last_round",
)
class joins_the_texts:
    """The end of one text and the beginning of the next become a token."""

    def learn_merges(texts, num_merges):
        return _learn([b"".join(texts)], num_merges)


@fails(
    "test_merges_the_most_frequent_pair_again_and_again",
    "test_the_smallest_of_equally_frequent_pairs_wins",
    "test_overlapping_places_count_and_merge_from_the_left",
    "test_counts_over_all_texts_but_not_across_them",
    "test_stops_where_nothing_repeats",
    "test_learned_texts_get_the_ids_of_the_last_round",
)
class counts_texts_and_not_places:
    """A pair that fills one long text counts once."""

    def learn_merges(texts, num_merges):
        return _learn(
            texts,
            num_merges,
            lambda rows: Counter(pair for row in rows for pair in set(pairwise(row))),
        )


@fails(
    "test_merges_the_most_frequent_pair_again_and_again",
    "test_the_smallest_of_equally_frequent_pairs_wins",
    "test_learned_texts_get_the_ids_of_the_last_round",
)
class counts_once_for_all_rounds:
    """The second merge is the second pair of the bytes, which the first has used up."""

    def learn_merges(texts, num_merges):
        if num_merges < 0:
            raise ValueError("num_merges is negative")
        counts = _places([list(text) for text in texts])
        ranked = sorted(counts, key=lambda pair: (-counts[pair], pair))
        return [pair for pair in ranked if counts[pair] > 1][:num_merges]


def _apart(rows):
    counts = Counter()
    for row in rows:
        i = 0
        while i < len(row) - 1:
            counts[row[i], row[i + 1]] += 1
            i += 2 if tuple(row[i + 1 : i + 3]) == (row[i], row[i]) else 1
    return counts


@fails(
    "test_overlapping_places_count_and_merge_from_the_left",
    "test_learned_texts_get_the_ids_of_the_last_round",
)
class counts_runs_without_overlap:
    """`aaa` holds (a, a) once, so runs of spaces are merged too late."""

    def learn_merges(texts, num_merges):
        return _learn(texts, num_merges, _apart)


@fails(
    "test_merges_the_most_frequent_pair_again_and_again",
    "test_counts_over_all_texts_but_not_across_them",
    "test_stops_where_nothing_repeats",
    "test_learned_texts_get_the_ids_of_the_last_round",
)
class goes_on_to_pairs_that_stand_once:
    """The vocabulary fills up with the training text, word for word."""

    def learn_merges(texts, num_merges):
        return _learn(texts, num_merges, least=1)


def _from_the_right(ids, pair, new):
    backwards = _merge(ids[::-1], pair[::-1], new)
    return backwards[::-1]


@fails(
    "test_the_smallest_of_equally_frequent_pairs_wins",
    "test_overlapping_places_count_and_merge_from_the_left",
    "test_learned_texts_get_the_ids_of_the_last_round",
)
class merges_from_the_right:
    """`aaa` becomes a and aa: the same text, in tokens the model has not seen."""

    def learn_merges(texts, num_merges):
        return _learn(texts, num_merges, merge=_from_the_right)

    def encode(data, merges):
        ids = list(data)
        for new, pair in enumerate(merges, start=256):
            ids = _from_the_right(ids, pair, new)
        return ids


@fails(
    "test_encodes_in_the_order_of_learning",
    "test_learned_texts_get_the_ids_of_the_last_round",
)
class encodes_by_the_longest_token:
    """Fewer tokens at times, and not the ones that the model was trained on."""

    def encode(data, merges):
        tokens = {bytes([byte]): byte for byte in range(256)}
        words = list(tokens)
        for new, (left, right) in enumerate(merges, start=256):
            words.append(words[left] + words[right])
            tokens[words[-1]] = new
        ids, i = [], 0
        while i < len(data):
            size = max(
                n for n in range(1, len(data) - i + 1) if data[i : i + n] in tokens
            )
            ids.append(tokens[data[i : i + size]])
            i += size
        return ids


@fails(
    "test_encodes_in_the_order_of_learning",
    "test_learned_texts_get_the_ids_of_the_last_round",
)
class merges_whatever_fits_first:
    """The leftmost pair that is in the list is merged, however late it was learned."""

    def encode(data, merges):
        new, ids, i = {pair: 256 + n for n, pair in enumerate(merges)}, list(data), 0
        while i < len(ids) - 1:
            if (ids[i], ids[i + 1]) in new:
                ids[i : i + 2] = [new[ids[i], ids[i + 1]]]
                i = 0
            else:
                i += 1
        return ids


@fails(
    "test_any_bytes_come_back",
    "test_refuses_ids_that_do_not_exist",
)
class decodes_token_by_token_as_text:
    """Half a character has no text: every accent becomes a replacement sign."""

    def decode(ids, merges):
        tokens = [bytes([byte]) for byte in range(256)]
        for left, right in merges:
            tokens.append(tokens[left] + tokens[right])
        if any(not 0 <= i < len(tokens) for i in ids):
            raise ValueError("unknown id")
        text = "".join(tokens[i].decode(errors="replace") for i in ids)
        return text.encode()


@fails("test_refuses_ids_that_do_not_exist")
class takes_minus_one_for_the_last_token:
    """A padding of -1 that was not cut off decodes to whatever was learned last."""

    def decode(ids, merges):
        tokens = [bytes([byte]) for byte in range(256)]
        for left, right in merges:
            tokens.append(tokens[left] + tokens[right])
        try:
            return b"".join(tokens[i] for i in ids)
        except IndexError as error:
            raise ValueError("unknown id") from error
