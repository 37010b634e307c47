"""Count pairs, merge the most frequent one, and write down which it was.

The list of merges is the whole tokenizer. Encoding replays it in order, and a token
is a pair of earlier ones, so decoding goes through the list once.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise


def _merge(ids: list[int], pair: tuple[int, int], new: int) -> list[int]:
    """The ids with `pair` replaced by `new`, from left to right."""
    merged: list[int] = []
    for i in ids:
        if merged and (merged[-1], i) == pair:
            merged[-1] = new
        else:
            merged.append(i)
    return merged


def learn_merges(texts: Sequence[bytes], num_merges: int) -> list[tuple[int, int]]:
    """The pairs to merge, in order: the most frequent one of each round."""
    if num_merges < 0:
        raise ValueError(f"num_merges must be 0 or more, not {num_merges}")
    rows = [list(text) for text in texts]
    merges: list[tuple[int, int]] = []
    for new, _ in enumerate(range(num_merges), start=256):
        counts = Counter(pair for row in rows for pair in pairwise(row))
        best = min(counts, key=lambda pair: (-counts[pair], pair), default=None)
        if best is None or counts[best] < 2:
            break
        rows = [_merge(row, best, new) for row in rows]
        merges.append(best)
    return merges


def encode(data: bytes, merges: Sequence[tuple[int, int]]) -> list[int]:
    """The ids of `data`, with every merge applied in the order learned."""
    ids = list(data)
    for new, pair in enumerate(merges, start=256):
        ids = _merge(ids, pair, new)
    return ids


def decode(ids: Sequence[int], merges: Sequence[tuple[int, int]]) -> bytes:
    """The bytes that these ids stand for."""
    tokens = [bytes([byte]) for byte in range(256)]
    for left, right in merges:
        tokens.append(tokens[left] + tokens[right])
    unknown = [i for i in ids if not 0 <= i < len(tokens)]
    if unknown:
        raise ValueError(f"there are {len(tokens)} ids, from 0, and not {unknown}")
    return b"".join(tokens[i] for i in ids)
