"""Which statement of one version of a function is which of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from backprep.site.statements import Function, Statement

_GRADIENT_MODES = {"'no_grad'", "'enable_grad'"}


@dataclass(frozen=True, eq=False)
class Version:
    """A function as the reference or a near miss writes it."""

    function: Function
    row: Sequence[Statement]
    fails: frozenset[str]


@lru_cache(maxsize=1024)
def keys(version: Version, other: Version | None = None) -> Sequence[tuple[str, ...]]:
    """What its statements say, under the local names of another version."""
    names = renaming(version, other) if other else {}
    return [statement.key(names) for statement in version.row]


@lru_cache(maxsize=1024)
def renaming(one: Version, other: Version) -> Mapping[str, str]:
    """Which local name of `one` is which of `other`: the pairs that agree most."""
    pairs: Counter[tuple[str, str]] = Counter()
    shapes = [[statement.shape for statement in v.row] for v in (one, other)]
    for a, b in _matches(*shapes):
        pairs.update(zip(one.row[a].names, other.row[b].names, strict=True))
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for (old, new), _ in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        taken = (new, old.partition("@")[2])
        if old not in found and taken not in seen:
            found[old] = new
            seen.add(taken)
    return found


@lru_cache(maxsize=1024)
def partners(one: Version, other: Version) -> Mapping[int, int]:
    """Which statement of `one` is which of `other`, in order, in the same blocks."""
    said = keys(one, other), keys(other)
    anchors = [[n for n, s in enumerate(v.row) if s.anchor] for v in (one, other)]
    heads = _matches(*([k[n] for n in a] for k, a in zip(said, anchors, strict=True)))
    pairs = [(anchors[0][a], anchors[1][b]) for a, b in heads]
    start = (-1, -1)
    for end in [*pairs, (len(one.row), len(other.row))]:
        between = (k[s + 1 : e] for k, s, e in zip(said, start, end, strict=True))
        pairs += [(start[0] + 1 + a, start[1] + 1 + b) for a, b in _matches(*between)]
        start = end
    found: dict[int, int] = {}
    back: dict[int, int] = {}
    for a, b in sorted(pairs):
        (above, deep), (other_above, other_deep) = (
            _around(one, a, found),
            _around(other, b, back),
        )
        if deep == other_deep and (
            above == other_above or found.get(above) == other_above
        ):
            found[a], back[b] = b, a
    return found


def _around(version: Version, n: int, known: Mapping[int, int]) -> tuple[int, int]:
    """The nearest block with a partner, -1 for none, and the contexts inside it.

    A context other than one for gradients makes a difference to what runs in it.
    """
    deep = 0
    above = version.row[n].parent
    while above is not None and above not in known:
        words = [word.text for word in version.row[above].words]
        deep += words[0] == "With" and not _GRADIENT_MODES & {*words}
        above = version.row[above].parent
    return (-1 if above is None else above), deep


def _matches(
    one: Sequence[object], other: Sequence[object]
) -> Iterator[tuple[int, int]]:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for block in matcher.get_matching_blocks():
        for n in range(block.size):
            yield block.a + n, block.b + n
