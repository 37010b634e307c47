"""Other right answers to generation/byte_pair_encoding."""

from collections import Counter
from itertools import pairwise


class merges_the_earliest_pair_until_none_is_left:
    """Look at the pairs that are there, and not through every merge there is: with
    50,000 merges and short words it is far faster. Each round looks for the minimum."""

    def encode(data, merges):
        rank = {pair: n for n, pair in enumerate(merges)}
        ids = list(data)
        while len(ids) > 1:
            first = min(pairwise(ids), key=lambda pair: rank.get(pair, 1e9))
            if first not in rank:
                break
            i = 0
            while i < len(ids) - 1:
                if (ids[i], ids[i + 1]) == first:
                    ids[i : i + 2] = [256 + rank[first]]
                i += 1
        return ids


class learns_from_distinct_texts:
    """Equal texts are counted once and weighed by how often they come, as trainers do
    with words. It gains what the texts repeat, and pays with a dictionary."""

    def learn_merges(texts, num_merges):
        if num_merges < 0:
            raise ValueError("the number of merges is negative")
        words = Counter(tuple(text) for text in texts)
        merges = []
        for new in range(256, 256 + num_merges):
            counts = Counter()
            for word, often in words.items():
                for i in range(len(word) - 1):
                    counts[word[i : i + 2]] += often
            ranked = sorted((-count, pair) for pair, count in counts.items())
            if not ranked or ranked[0][0] > -2:
                break
            pair = ranked[0][1]
            merges.append(pair)
            merged = Counter()
            for word, often in words.items():
                ids = []
                for i in word:
                    if ids and (ids[-1], i) == pair and ids[-1] != new:
                        ids[-1] = new
                    else:
                        ids.append(i)
                merged[tuple(ids)] += often
            words = merged
        return merges


class writes_characters_for_ids:
    """One character for each id, and `str.replace` does the merging, from the left and
    in C. Ids above 0x10FFFF have no character, nor may surrogates be printed."""

    def encode(data, merges):
        text = data.decode("latin-1")
        for new, (left, right) in enumerate(merges, start=256):
            text = text.replace(chr(left) + chr(right), chr(new))
        return [ord(character) for character in text]


class takes_tokens_apart:
    """A stack in place of a table of bytes: nothing is built for tokens that do not
    come. The same token is taken apart again each time."""

    def decode(ids, merges):
        found, stack = [], list(reversed(ids))
        while stack:
            i = stack.pop()
            if i < 0 or i >= 256 + len(merges):
                raise ValueError(f"there is no id {i}")
            if i < 256:
                found.append(i)
            else:
                left, right = merges[i - 256]
                stack += [right, left]
        return bytes(found)
